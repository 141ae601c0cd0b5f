"""Rows of the API from breaches and reports: everything looked up for a whole page at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from measurement.models import Clock, Reading
from measurement.states import state_at
from people.models import User
from reporting.api.names import Names
from reporting.enums import BreachType
from reporting.models import Breach, Dispute
from reporting.reading import Lookup, Person, ReadReport, age_seconds, lookup_of, row_of

Row = dict[str, Any]


def breach_rows(breaches: Sequence[Breach], names: Names, *, as_of: datetime) -> list[Row]:
    """The breaches as the API shows them; a constant number of statements."""
    lookup = lookup_of(breaches, as_of=as_of)
    clocks = lookup.clocks
    readings = _readings([b for b in breaches if b.type == BreachType.PERIOD])
    disputes = _disputes(breaches)
    return [
        {
            **_breach_row(b, lookup, clocks.get(b.clock_id or 0), readings, names, as_of),
            "dispute": _dispute_row(disputes.get(b.pk), b, names),
        }
        for b in breaches
    ]


def comment_rows(breach: Breach, names: Names) -> list[Row]:
    """What was said about a breach, oldest first; two statements."""
    said = breach.comments.select_related("author").prefetch_related("mentions")
    return [
        {
            "id": one.pk,
            "at": one.at,
            "author": _address(one.author, breach, names),
            "text": one.text if names.may_show(one.author_id, breach.team_id, breach.missed_at) else None,
            "mentions": [mail for user in one.mentions.all() if (mail := _address(user, breach, names))],
        }
        for one in said
    ]


def _disputes(breaches: Sequence[Breach]) -> dict[int, Dispute]:
    """The latest dispute of each."""
    rows = Dispute.objects.filter(breach__in=[b.pk for b in breaches]).select_related("by")
    return {row.breach_id: row for row in rows.order_by("at", "id")}


def _dispute_row(dispute: Dispute | None, breach: Breach, names: Names) -> Row | None:
    if dispute is None:
        return None
    seen = names.may_show(dispute.by_id, breach.team_id, breach.missed_at)
    return {
        "at": dispute.at,
        "by": _address(dispute.by, breach, names),
        "reason": dispute.reason if seen else None,
        "evidence": dispute.evidence if seen else None,
        "outcome": dispute.outcome,
        "decided_at": dispute.decided_at,
        "answer": dispute.answer if seen else None,
    }


def _address(user: User | None, breach: Breach, names: Names) -> str | None:
    if user is None or not names.may_show(user.pk, breach.team_id, breach.missed_at):
        return None
    return user.email


def _breach_row(
    breach: Breach,
    lookup: Lookup,
    clock: Clock | None,
    readings: dict[tuple[Any, ...], int],
    names: Names,
    as_of: datetime,
) -> Row:
    row = row_of(breach, state_at(clock, as_of) if clock else None)
    label = lookup.labels.get(breach.subject_id or 0)
    return {
        "id": breach.id,
        "type": breach.type,
        "commitment": breach.commitment_key,
        "team": breach.team.slug,
        "subject": label and label.natural,
        "owner": names.address(lookup.owners.get(breach.owner_id or 0), breach.team_id, breach.missed_at),
        "assignee": names.address(lookup.user(breach.assignee_id), breach.team_id, breach.missed_at),
        "missed_at": breach.missed_at,
        "opened_at": breach.opened_at,
        "state": breach.state,
        "acknowledged_at": breach.acknowledged_at,
        "closed_at": breach.closed_at,
        "waived_until": breach.waived_until,
        "historic": breach.historic,
        "root_cause": breach.root_cause,
        # Free text may name anybody.
        "note": breach.note if _may_name(row, lookup, names, breach.team_id) else None,
        "next_step": _step(row, lookup, names, breach.team_id) or None,
        "clock": clock and clock.id,
        "clock_state": row["state"],
        "reading": readings.get((breach.commitment_key, breach.period_start, breach.each)),
    }


def report_row(read: ReadReport, names: Names) -> Row:
    """A report as the API shows it."""
    report, lookup, team = read.report, read.lookup, read.report.team_id
    sections = read.sections
    return {
        "team": report.team.slug,
        "day": report.day,
        "as_of": report.as_of,
        "built_at": report.built_at,
        "covers": report.body["covers"],
        "sections": {
            "kept": sections["kept"],
            "fix_today": [_fix_row(row, read, names) for row in sections["fix_today"]],
            "at_risk": [_named(row, lookup, names, team) for row in sections["at_risk"]],
            "decided": [_with_subject(row, lookup) for row in sections["decided"]],
            "restated": [_with_subject(row, lookup) for row in sections["restated"]],
        },
        "others": [{**row, "team": lookup.teams[row["team"]].slug} for row in report.body["others"]],
        "counts": report.body["counts"],
        "freshness": report.body["freshness"],
    }


def _fix_row(row: Row, read: ReadReport, names: Names) -> Row:
    lookup, team = read.lookup, read.report.team_id
    return {
        **_named(row, lookup, names, team),
        "assignee": names.address(lookup.user(row["assignee"]), team, _of(row)),
        "age_seconds": age_seconds(row, read.report.as_of),
        "next_step": _step(row, lookup, names, team),
    }


def _named(row: Row, lookup: Lookup, names: Names, team_id: int) -> Row:
    owner: Person | None = lookup.owners.get(row["owner"])
    return {**_with_subject(row, lookup), "owner": names.address(owner, team_id, _of(row))}


def _with_subject(row: Row, lookup: Lookup) -> Row:
    label = lookup.labels.get(row["subject"])
    return {**row, "subject": label and label.natural}


def _step(row: Row, lookup: Lookup, names: Names, team_id: int) -> str:
    named = lookup.who(row) is not None and _may_name(row, lookup, names, team_id)
    return lookup.step(row, names=named)


def _may_name(row: Row, lookup: Lookup, names: Names, team_id: int) -> bool:
    """Whether the answer may say who has to deal with it."""
    who = lookup.who(row)
    return names.may_show(who.user_id if who else None, team_id, _of(row))


def _of(row: Row) -> datetime | None:
    """When what the row tells happened, frozen (text) or not: names are seen for a time only."""
    told = row.get("missed_at") or row.get("due_at") or row.get("at")
    return datetime.fromisoformat(told) if isinstance(told, str) else told


def _readings(breaches: Sequence[Breach]) -> dict[tuple[Any, ...], int]:
    if not breaches:
        return {}
    rows = Reading.objects.filter(
        commitment_key__in={b.commitment_key for b in breaches},
        period_start__in={b.period_start for b in breaches},
    )
    return {(row.commitment_key, row.period_start, row.each): row.id for row in rows}
