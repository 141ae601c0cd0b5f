"""Why a reading is what it is: what was counted and left out, and how its target came about."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agreements.enums import Kind
from agreements.promises import history_of
from agreements.terms import Promise
from agreements.texts import localized
from leads.models import Ref
from measurement.drill_counts import PARTS, Numbers, numbers_of
from measurement.drilldown import Drill, drill, shares_of_presence
from measurement.explaining import facts_named, members_named
from measurement.in_force import by_key, parts
from measurement.models import Clock, Reading, Unit
from measurement.periods import Span
from measurement.reading_telling import Told
from measurement.readings import Known, known, shown_target, shown_verdict
from measurement.readings.rows import decimal
from measurement.readings.standing import target_of
from measurement.share_rows import shares_of
from measurement.significance import Difference, compared
from measurement.staffing import Staffed, staffed
from measurement.wording import LANGUAGES
from measurement.wording.readings import reason_in_words

PAGE_SIZE = 100
MaySee = Callable[[int | None], bool]


def nobody_named(_: int | None) -> bool:
    """Of a reader who may see no names."""
    return False


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows of each list are wanted, counted from 1."""

    number: int = 1
    size: int = PAGE_SIZE

    def of(self, rows: Any) -> list[Any]:
        """The rows of this page."""
        first = (self.number - 1) * self.size
        return list(rows[first : first + self.size])


def explain_reading(
    reading: Reading,
    *,
    as_of: datetime,
    page: Page | None = None,
    may_see: MaySee = nobody_named,
    user: Any = None,
) -> dict[str, Any]:
    """The explanation of a reading as it stands at an instant, as JSON values; instants as datetimes.

    ``counted``, ``left_out`` and ``maturing`` list units (of rates, volumes, coverage) or clocks, a page of
    each; ``numbers`` are of all of them, so that they add up to the headline whatever the page. ``may_see``
    tells of a user's id whether the reader may see the name; of a ``user`` who may not look at every row,
    only the visible ones are listed. The reading comes with its commitment and version.
    """
    as_of = as_of.replace(microsecond=0)
    versions = by_key(history_of({reading.commitment_key}))[reading.commitment_key]
    promise = next(one for one in versions if one.commitment_id == reading.commitment_id)
    (now,) = known([reading], {promise.commitment_id: promise.terms}, as_of=as_of)
    drilled = drill(reading, promise, as_of=as_of)
    span = Span(reading.period_start, reading.period_end)
    hours = _hours(drilled, promise, versions, span, as_of)
    told = _told(now, promise, hours, as_of, by_clocks=drilled.by_clocks)
    numbers = numbers_of(reading, promise, drilled, maturing=now.maturing, as_of=as_of, user=user)
    rows = _Rows(drilled, numbers, page or Page(), may_see, user, as_of)
    seconds = _seconds(drilled, versions, span, as_of) if hours else {}
    return {
        "sentence": {language: told.sentence(language) for language in LANGUAGES},
        "headline": _headline(now),
        "target": _target(reading, promise, told),
        **rows.listed(seconds),
        "shares": _shares(numbers, promise, may_see),
        "gaps": [_gap(start, end) for start, end in hours.gaps] if hours else [],
        "significance": _significance(told.difference),
        "clause": _clause(promise),
        "version": promise.version_number,
    }


def _told(now: Known, promise: Promise, hours: Staffed | None, as_of: datetime, *, by_clocks: bool) -> Told:
    reading = now.reading
    return Told(
        promise=promise,
        span=Span(reading.period_start, reading.period_end),
        as_of=as_of,
        verdict=now.verdict,
        waived=shown_verdict(now.verdict, reading.detail) == "waived",
        value=now.value,
        numerator=now.numerator,
        denominator=now.denominator,
        left_out=reading.left_out,
        maturing=now.maturing,
        target=promise.terms.target if by_clocks else target_of(reading),
        detail=reading.detail,
        staffed=hours,
        difference=difference_of(now, promise),
    )


def difference_of(now: Known, promise: Promise) -> Difference | None:
    """How a rate over events differs from its baseline.

    None where either is of nothing, and for records: from day to day they are the same ones, so that their
    days are no sample that chance has drawn.
    """
    before = now.reading.detail.get("baseline")
    if before is None or now.denominator is None or isinstance(promise.terms.of, str):
        return None
    return compared(now.numerator, now.denominator, before["numerator"], before["denominator"])


class _Rows:
    """The lists of an explanation."""

    def __init__(
        self, drilled: Drill, numbers: Numbers, page: Page, may_see: MaySee, user: Any, as_of: datetime
    ) -> None:
        self._drilled, self._numbers, self._page, self._may_see = drilled, numbers, page, may_see
        self._user, self._as_of = user, as_of

    def listed(self, seconds: Mapping[int, int]) -> dict[str, Any]:
        """The three lists with their numbers."""
        numbers, visible = self._numbers.numbers, self._numbers.visible
        found = {
            part: self._page.of(self._visible(getattr(self._drilled, part))) if visible[part] else []
            for part in PARTS
        }
        rows = [row for part in PARTS for row in found[part]]
        names = self._names(rows)
        shown = {part: [self._row(row, names, seconds) for row in found[part]] for part in PARTS}
        reasons = self._reasons()
        return {
            "counted": shown["counted"],
            "maturing": shown["maturing"],
            "left_out": [
                {**group, "rows": [row for row in shown["left_out"] if row["reason"] == group["reason"]]}
                for group in reasons
            ],
            "numbers": numbers,
            "hidden": {part: numbers[part] - visible[part] for part in PARTS},
            "page": self._page.number,
            "pages": max(1, *(-(-number // self._page.size) for number in visible.values())),
        }

    def _visible(self, rows: Any) -> Any:
        return rows if self._user is None else rows.visible_to(self._user, as_of=self._as_of)

    def _reasons(self) -> list[dict[str, Any]]:
        """Why how many are left out; of clocks that is their state."""
        return [
            {"reason": reason, "text": dict(reason_in_words(reason)), "number": number}
            for reason, number in self._numbers.reasons
        ]

    def _names(self, rows: Sequence[Any]) -> dict[str, Any]:
        """Ids of everything that the rows name → what the reader may see of it; three statements."""
        subjects = {ref.id: str(ref) for ref in Ref.objects.filter(id__in={row.subject_id for row in rows})}
        members = {row.owner_id for row in rows if row.owner_id is not None}
        members |= {entry["actor"] for row in rows for entry in row.evidence if entry.get("actor")}
        return {
            "subjects": subjects,
            "members": members_named(members, self._may_see),
            "facts": facts_named(entry["event"] for row in rows for entry in row.evidence if entry["event"]),
        }

    def _row(self, row: Clock | Unit, names: dict[str, Any], seconds: Mapping[int, int]) -> dict[str, Any]:
        subject = names["subjects"].get(row.subject_id, "")
        shown: dict[str, Any] = {
            "id": row.pk,
            "subject": subject,
            "subject_type": row.subject_type,
            "owner": names["members"].get(row.owner_id),
            "events": [_event(entry, names) for entry in row.evidence],
        }
        if isinstance(row, Clock):
            state = str(getattr(row, "state_now", row.state))
            return {
                **shown,
                "state": state,
                "reason": state,
                "at": row.due_at or row.started_at,
                "link": f"/api/v1/clocks/{row.pk}/explanation/",
            }
        return {
            **shown,
            "state": row.state,
            "reason": row.reason,
            "at": row.at,
            "until": row.until,
            "had_at": row.had_at,
            "matures_at": row.matures_at,
            **({"seconds": seconds[row.pk]} if row.pk in seconds else {}),
            "note": dict(reason_in_words(row.reason)) if row.reason else None,
            "link": _link(row.subject_type, subject),
        }


def _event(entry: Mapping[str, Any], names: dict[str, Any]) -> dict[str, Any]:
    return {
        "role": entry["role"],
        "at": entry["at"],
        "kind": entry["kind"],
        "fact": names["facts"].get(entry["event"]),
        "name": names["members"].get(entry.get("actor")),
        "declared": bool(entry.get("declared")),
        "recorded_at": entry.get("recorded"),
    }


def _link(type_: str, subject: str) -> str | None:
    """Where the API shows the record; a call has none."""
    source, _, external_id = subject.partition(":")
    if not source or type_ == "call":
        return None
    return f"/api/v1/{type_}s/?source={source}&external_id={external_id}"


def _shares(found: Numbers, promise: Promise, may_see: MaySee) -> dict[str, Any] | None:
    """Of rates and volumes; None of clocks, whose compliance says it, and of presence."""
    if promise.kind not in (Kind.RATE, Kind.VOLUME):
        return None
    of_a_whole = promise.kind is Kind.RATE
    return shares_of(found.owners, found.origins, of_a_whole=of_a_whole, may_see=may_see)


def _headline(now: Known) -> dict[str, Any]:
    return {
        "value": decimal(now.value),
        "numerator": now.numerator,
        "denominator": now.denominator,
        "left_out": now.reading.left_out,
        "maturing": now.maturing,
        "verdict": now.verdict.value,
    }


def _target(reading: Reading, promise: Promise, told: Told) -> dict[str, Any]:
    return {
        "written": shown_target(promise.terms.target),
        "expected": None if reading.expected is None else float(reading.expected),
        **{name: value for name, value in reading.detail.items() if name != "owes"},
        "text": {language: told.against(language) for language in LANGUAGES},
    }


def _hours(
    drilled: Drill, promise: Promise, versions: Sequence[Promise], span: Span, as_of: datetime
) -> Staffed | None:
    if promise.kind is not Kind.COVERAGE:
        return None
    present: Iterable[tuple[datetime, datetime | None]] = drilled.counted.values_list("at", "until")
    return staffed(parts(versions, span), present, until=min(as_of, span.end))


def _seconds(drilled: Drill, versions: Sequence[Promise], span: Span, as_of: datetime) -> dict[int, int]:
    """Stretch → the agreed seconds that it adds to those before it."""
    present = list(drilled.counted)
    shares = shares_of_presence(parts(versions, span), present, until=min(as_of, span.end))
    return {unit.pk: share for unit, share in zip(present, shares, strict=True)}


def _gap(start: datetime, end: datetime) -> dict[str, Any]:
    return {"from": start, "to": end, "seconds": int((end - start).total_seconds())}


def _significance(difference: Difference | None) -> dict[str, Any] | None:
    if difference is None:
        return None
    return {
        "difference": round(difference.difference, 6),
        "low": round(difference.low, 6),
        "high": round(difference.high, 6),
        "p_value": round(difference.p_value, 6),
        "more_than_chance": difference.is_more_than_chance,
    }


def _clause(promise: Promise) -> dict[str, Any]:
    title = {language: localized(promise.terms.title, language) for language in LANGUAGES}
    return {
        "commitment": promise.key,
        "agreement": promise.agreement_key,
        "kind": promise.kind.value,
        "title": title,
        "target": shown_target(promise.terms.target),
        "per": promise.terms.per.value,
    }
