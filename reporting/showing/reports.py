"""A frozen report as a page shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from agreements.terms.values import Promise, Target
from reporting import words
from reporting.enums import BreachType
from reporting.labels import each_ref
from reporting.models import DailyReport
from reporting.next_steps import acts_of, next_step
from reporting.showing.items import period_what
from reporting.showing.promises import percent, title_of
from reporting.showing.reader import Reader
from reporting.showing.values import Figures
from reporting.watching.closed import BY_PERIOD


@dataclass(frozen=True, slots=True)
class KeptRow:
    """How one commitment was kept since the report before."""

    commitment_key: str
    title: str
    team: str
    met: int
    missed: int
    left_out: int
    rate_text: str
    tone: str


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One line of a section: what, of which commitment, whose, and what is said of it."""

    what: str
    commitment_key: str
    title: str
    owner_label: str
    state: str
    state_label: str
    at: datetime | None
    step: str = ""
    breach_id: int | None = None
    clock_id: int | None = None
    reading_id: int | None = None


@dataclass(frozen=True, slots=True)
class ShownReport:
    """Everything on the page of a report."""

    report: DailyReport
    kept: list[KeptRow]
    others: list[KeptRow]
    fix_today: list[ReportLine]
    at_risk: list[ReportLine]
    decided: list[ReportLine]
    restated: list[dict[str, Any]]
    silent: list[str]
    historic: int
    left_out: int
    waived: list[str]
    built_late: bool


def shown_report(report: DailyReport, reader: Reader) -> ShownReport:
    """The report with names; a constant number of statements."""
    sections, team = report.body["sections"], report.team_id
    rows = [row for name in ("fix_today", "at_risk", "decided", "restated") for row in sections[name]]
    records = [one for row in rows for one in (row.get("subject"), each_ref(row.get("each") or ""))]
    reader.learn(records, [row.get("owner") for row in rows])
    return ShownReport(
        report=report,
        kept=[_kept(row, reader, team) for row in sections["kept"]],
        others=[_kept(row, reader, row["team"]) for row in report.body["others"]],
        fix_today=[_to_fix(row, reader, team) for row in sections["fix_today"]],
        at_risk=[_at_risk(row, reader, team) for row in sections["at_risk"]],
        decided=[_decided(row, reader, team) for row in sections["decided"]],
        restated=[_restated(row, reader, team) for row in sections["restated"]],
        silent=sorted({feed["feed"].partition(":")[0] for feed in report.body["freshness"] if feed["stale"]}),
        historic=report.body["counts"]["historic"],
        left_out=report.body["counts"]["left_out"],
        waived=_waived(report.body["counts"].get("waived", ()), reader),
        built_late=(report.built_at - report.as_of).total_seconds() > LATE_SECONDS,
    )


LATE_SECONDS = 900


def _title(key: str, reader: Reader) -> str:
    promise = reader.promise_named(key)
    return title_of(promise) if promise else key


def _kept(row: dict[str, Any], reader: Reader, team_id: int) -> KeptRow:
    met, missed = row["met"], row["missed"]
    share = Fraction(met, met + missed) if met + missed else None
    promise = reader.promise_named(row["commitment"])
    reached = promise is not None and share is not None and _reached(promise, share)
    return KeptRow(
        commitment_key=row["commitment"],
        title=_title(row["commitment"], reader),
        team=reader.teams[team_id].name,
        met=met,
        missed=missed,
        left_out=row.get("left_out", 0),
        rate_text=_rate(row, promise, share),
        tone="calm" if share is None else "kept" if reached else "missed",
    )


def _rate(row: dict[str, Any], promise: Promise | None, share: Fraction | None) -> str:
    """The kept rate; of a promise that is told by period the value of the last one that closed."""
    if promise is None or not row.get("periods"):
        return percent(share)
    return Figures.frozen(row["periods"][-1], promise).text


def _reached(promise: Promise, share: Fraction) -> bool:
    """Whether a kept rate reaches the target; of what is told by period whether all of them were kept."""
    if promise.kind in BY_PERIOD:
        return share == 1
    return isinstance(promise.terms.target, Target) and promise.terms.target.met_by(share)


def _may_open(row: dict[str, Any], reader: Reader, team_id: int) -> bool:
    """Whether the row's own page would show itself to the reader."""
    own = reader.is_own(row.get("owner")) or row.get("assignee") == reader.user.pk
    return own or reader.sight.sees_names_of(team_id) or ("owner" in row and row["owner"] is None)


def _what(row: dict[str, Any], reader: Reader) -> str:
    """The record, or the period that was missed as a whole."""
    if row.get("subject"):
        return reader.record(row["subject"])
    start = datetime.fromisoformat(row["period_start"]) if row.get("period_start") else None
    promise = reader.promise_named(row["commitment"])
    return period_what(promise, row["commitment"], start, row.get("each") or "", reader)


def _owner(row: dict[str, Any], reader: Reader, team_id: int) -> str:
    if "owner" not in row:
        return ""
    if not row.get("subject") and row["owner"] is None:
        return reader.teams[team_id].name
    return reader.member(row["owner"], team_id, _of(row))


def _line(row: dict[str, Any], reader: Reader, team_id: int, **said: Any) -> ReportLine:
    return ReportLine(
        what=_what(row, reader),
        commitment_key=row["commitment"],
        title=_title(row["commitment"], reader),
        owner_label=_owner(row, reader, team_id),
        breach_id=row.get("breach") if _may_open(row, reader, team_id) else None,
        clock_id=row.get("clock") if _may_open(row, reader, team_id) else None,
        reading_id=row.get("reading") if _may_open(row, reader, team_id) else None,
        **said,
    )


def _to_fix(row: dict[str, Any], reader: Reader, team_id: int) -> ReportLine:
    promise = reader.promise_named(row["commitment"])
    step = next_step(
        playbook=promise.terms.playbook if promise else None,
        type=row["type"],
        handled=row["handled"],
        state=row["state"],
        owner=reader.member(row["owner"], team_id, _of(row)) if _is_named(row, reader, team_id) else None,
        assigned=bool(row["owner"] or row["assignee"]),
        acts=acts_of(promise) if promise else "",
        kind=promise.kind if promise else None,
    )
    state = row["state"] or ("missed" if row["type"] == BreachType.PERIOD else "overdue")
    label = words.verdict(state) if state == "missed" else words.clock_state(state)
    at = datetime.fromisoformat(row["missed_at"])
    return _line(row, reader, team_id, state=state, state_label=label, at=at, step=step)


def _is_named(row: dict[str, Any], reader: Reader, team_id: int) -> bool:
    return bool(row["owner"]) and reader.may_name(row["owner"], team_id, _of(row))


def _of(row: dict[str, Any]) -> datetime | None:
    """When what the row tells happened: names are seen for a time only."""
    told = row.get("missed_at") or row.get("due_at") or row.get("at")
    return datetime.fromisoformat(told) if told else None


def _at_risk(row: dict[str, Any], reader: Reader, team_id: int) -> ReportLine:
    at = datetime.fromisoformat(row["due_at"])
    label, step = words.clock_state("at_risk"), off_pace(row, reader.promise_named(row["commitment"]))
    return _line(row, reader, team_id, state="at_risk", state_label=label, at=at, step=step)


def off_pace(row: dict[str, Any], promise: Promise | None) -> str:
    """How far behind a running period is; empty for a clock."""
    if promise is None or not row.get("reading"):
        return ""
    figures = Figures.frozen(row, promise)
    return _("%(counted)s so far, and the target is %(target)s.") % {
        "counted": figures.counted,
        "target": figures.target,
    }


def _decided(row: dict[str, Any], reader: Reader, team_id: int) -> ReportLine:
    cause = words.root_cause(row["root_cause"]) if row["root_cause"] else ""
    at = datetime.fromisoformat(row["at"])
    label = words.breach_state(row["decision"])
    return _line(row, reader, team_id, state=row["decision"], state_label=label, at=at, step=cause)


def _restated(row: dict[str, Any], reader: Reader, team_id: int) -> dict[str, Any]:
    return {
        "what": _what(row, reader),
        "title": _title(row["commitment"], reader),
        "clock_id": row["clock"] if _may_open(row, reader, team_id) else None,
        "reading_id": row.get("reading"),
        "reported_on": datetime.fromisoformat(row["reported_as_of"]),
        "reported": words.told(row["reported"]),
        "now": words.told(row["now"]),
    }


def _waived(rows: Iterable[dict[str, Any]], reader: Reader) -> list[str]:
    """``Inbound requests: 1 of 14``."""
    said = []
    for row in rows:
        promise = reader.promise_named(row["commitment"])
        title = title_of(promise) if promise else row["commitment"]
        said.append(_("%(title)s: %(waived)s of %(misses)s") % {**row, "title": title})
    return said
