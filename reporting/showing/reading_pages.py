"""The explanation of one reading as a page shows it: sentence, target, and the rows that add up to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from agreements.enums import Kind
from agreements.terms.values import Promise
from agreements.texts import localized
from core.charts.shares import Part, share_bar
from leads.models import Ref
from measurement.models import Reading
from measurement.reading_explanation import Page, explain_reading
from measurement.readings.waived import shown_verdict
from reporting import words
from reporting.labels import Label, labels_of
from reporting.showing.each import each_label
from reporting.showing.numbers import hours, number, percent
from reporting.showing.promises import period_name, title_of
from reporting.showing.reader import Reader

ROWS = 50
WORKED_OUT = frozenset({"baseline", "ramp", "prorate", "in_force", "room"})  # a plain target says itself

Row = Mapping[str, Any]
Labels = Mapping[tuple[str, str], Label]


@dataclass(frozen=True, slots=True)
class CountedRow:
    """One record that was counted, left out, or is not judged yet."""

    what: str
    natural: str
    at: datetime
    until: datetime | None
    had_at: datetime | None
    matures_at: datetime | None
    state: str
    state_label: str
    owner: str
    note: str
    length: str
    clock_id: int | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Why how many are left out, and those of this page."""

    reason: str
    number: int
    rows: list[CountedRow]


@dataclass(frozen=True, slots=True)
class Shares:
    """The counted rows by owner or by origin: label, value, and how many of how many."""

    title: str
    first: str
    rows: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class ReadingPage:
    """Everything on the page of a reading."""

    title: str
    whose: str
    commitment_key: str
    verdict: str
    verdict_label: str
    sentence: str
    target: str
    bar: dict[str, Any] | None
    bar_label: str
    counted: list[CountedRow]
    left_out: list[LeftOut]
    maturing: list[CountedRow]
    shares: list[Shares]
    numbers: Mapping[str, int]
    hidden: str
    adds_up: str
    page: int
    pages: int
    version: int
    agreement: str


def reading_page(reading: Reading, page: int, reader: Reader) -> ReadingPage:
    """The explanation in the reader's language, with the rows and the names that they may see."""
    promise = reader.promise_of(reading.commitment_id)
    told = explain_reading(
        reading,
        as_of=reader.as_of,
        page=Page(page, ROWS),
        may_see=lambda user_id: reader.sight.sees_name_of(user_id, promise.team_id, reading.period_start),
        user=reader.user,
    )
    rows = [*told["counted"], *told["maturing"], *(row for one in told["left_out"] for row in one["rows"])]
    labels = _labels(rows)
    headline = told["headline"]
    return ReadingPage(
        title=f"{title_of(promise)}, {period_name(promise, reading.period_start)}",
        whose="" if reading.each == "team" else each_label(reading.each, promise, reader),
        commitment_key=promise.key,
        verdict=headline["verdict"],
        verdict_label=words.verdict(shown_verdict(headline["verdict"], reading.detail)),
        sentence=_said(told["sentence"]),
        target=_said(told["target"]["text"]) if WORKED_OUT & told["target"].keys() else "",
        **_bar(headline, promise),
        counted=[_row(row, promise, labels) for row in told["counted"]],
        left_out=[_left_out(group, promise, labels) for group in told["left_out"]],
        maturing=[_row(row, promise, labels) for row in told["maturing"]],
        shares=_shares(told["shares"]),
        numbers=told["numbers"],
        hidden=_hidden(sum(told["hidden"].values())),
        adds_up=_adds_up(headline, told["numbers"], promise),
        page=told["page"],
        pages=told["pages"],
        version=told["version"],
        agreement=promise.agreement_key,
    )


def _shares(found: Mapping[str, list[Row]] | None) -> list[Shares]:
    """By owner and by origin; a list is left out where it says nothing: one row for all."""
    if found is None:
        return []
    tables = (
        Shares(_("By owner"), _("Owner"), [_share(row, _("nobody, or not shown")) for row in found["owner"]]),
        Shares(_("By origin"), _("Origin"), [_share(row, _("unknown")) for row in found["origin"]]),
    )
    return [table for table in tables if len(table.rows) > 1]


def _share(row: Row, otherwise: str) -> tuple[str, str, str]:
    label = row["key"] or otherwise
    if row["denominator"] is None:
        return label, number(row["numerator"]), ""
    said = {"n": number(row["numerator"]), "of": number(row["denominator"])}
    return label, percent(row["value"]), _("%(n)s of %(of)s") % said


def _said(text: Mapping[str, str]) -> str:
    return localized(text, get_language() or "en")


def _bar(headline: Row, promise: Promise) -> dict[str, Any]:
    having, of = headline["numerator"], headline["denominator"]
    if not of:
        return {"bar": None, "bar_label": ""}
    good = promise.terms.target.op in (">=", ">")
    tones = ("kept", "missed") if good else ("missed", "kept")
    labels = _states(promise)
    parts = [Part(having, labels["having"], tones[0]), Part(of - having, labels["lacking"], tones[1])]
    show = hours if promise.kind == Kind.COVERAGE else number
    return {
        "bar": share_bar(parts),
        "bar_label": ", ".join(
            _("%(period)s: %(figures)s") % {"period": part.label, "figures": show(part.amount)}
            for part in parts
        ),
    }


def _states(promise: Promise) -> dict[str, str]:
    """What the two parts of a share are called."""
    if promise.kind == Kind.COVERAGE:
        return {"having": _("staffed"), "lacking": _("nobody there")}
    if promise.kind == Kind.RATE:
        return {"having": _("has it"), "lacking": _("has it not")}
    if promise.kind == Kind.VOLUME:
        return {"having": _("counted"), "lacking": _("not counted")}
    return {"having": _("kept"), "lacking": _("missed")}


def _adds_up(headline: Row, numbers: Mapping[str, int], promise: Promise) -> str:
    """How the rows below make the value above."""
    having, of = headline["numerator"], headline["denominator"]
    if promise.kind == Kind.COVERAGE:
        said = {"n": hours(having), "of": hours(of or 0)}
        return (
            _("The agreed time that each presence adds to those before it comes to %(n)s of %(of)s.") % said
        )
    if of is None:
        text = ngettext(
            "The %(n)s row that is counted is the value above.",
            "The %(n)s rows that are counted are the value above.",
            having,
        )
        return text % {"n": number(having)}
    said = {"n": number(having), "rest": number(of - having), "of": number(numbers["counted"])}
    return _("%(n)s of the rows count for it and %(rest)s do not: %(of)s in all, as above.") % said


def _hidden(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(n)d row of a person is shown to them and their manager only.",
        "%(n)d rows of persons are shown to them and their managers only.",
        count,
    ) % {"n": count}


def _labels(rows: Iterable[Row]) -> Labels:
    """What the records of the rows are called, by type and natural key; a constant number of statements."""
    places: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        source, _sep, external_id = row["subject"].partition(":")
        places.setdefault((source, row["subject_type"]), set()).add(external_id)
    wanted = Q(pk__in=[])
    for (source, type_), ids in places.items():
        wanted |= Q(source=source, type=type_, external_id__in=ids)
    refs = dict(Ref.objects.filter(wanted).values_list("id", "type"))
    return {(refs[ref], label.natural): label for ref, label in labels_of(refs).items()}


def _left_out(group: Row, promise: Promise, labels: Labels) -> LeftOut:
    return LeftOut(
        reason=_said(group["text"]),
        number=group["number"],
        rows=[_row(row, promise, labels) for row in group["rows"]],
    )


def _row(row: Row, promise: Promise, labels: Labels) -> CountedRow:
    label = labels.get((row["subject_type"], row["subject"]))
    is_clock = promise.kind in (Kind.RESPONSE, Kind.CHECKLIST)
    return CountedRow(
        what=str(label) if label else row["subject"] or _("unknown record"),
        natural=row["subject"],
        at=row["at"],
        until=row.get("until"),
        had_at=row.get("had_at"),
        matures_at=row.get("matures_at"),
        state=row["state"],
        state_label=_state(row, promise, is_clock),
        owner=row["owner"] or "",
        note=_said(row["note"]) if row.get("note") else "",
        length=hours(row["seconds"]) if "seconds" in row else "",
        clock_id=row["id"] if is_clock else None,
    )


def _state(row: Row, promise: Promise, is_clock: bool) -> str:
    if is_clock:
        return words.clock_state(row["state"])
    if row["state"] == "left_out":
        return _("left out")
    return _states(promise)[row["state"]]
