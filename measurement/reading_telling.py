"""The sentence that tells a reading: what was counted, what it is held against, what is still open. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from agreements.durations import describe
from agreements.enums import Kind
from agreements.terms import Promise, Target
from agreements.terms.kinds import BaselineTarget, Having
from measurement.enums import Verdict
from measurement.periods import Span
from measurement.significance import Difference
from measurement.staffing import Staffed
from measurement.wording import times
from measurement.wording.kinds import Names, any_of
from measurement.wording.phrases import say

_COMPARED = {
    ">=": "target_at_least",
    ">": "target_more_than",
    "<=": "target_at_most",
    "<": "target_less_than",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A reading as it stands, with everything that its sentence says."""

    promise: Promise
    span: Span
    as_of: datetime
    verdict: Verdict
    value: Fraction | None
    numerator: int
    denominator: int | None
    left_out: int
    maturing: int
    target: Target | None
    detail: Mapping[str, Any]
    staffed: Staffed | None = None
    difference: Difference | None = None
    kinds: Names = field(default_factory=dict)
    waived: bool = False

    def sentence(self, language: str) -> str:
        """The whole story in one language."""
        return " ".join([self._counted(language), *self._against(language), *self._besides(language)])

    def against(self, language: str) -> str:
        """How the target came about, alone."""
        return " ".join(self._against(language))

    def _counted(self, language: str) -> str:
        kind, terms = self.promise.kind, self.promise.terms
        said: dict[str, str] = {
            "verdict": say("verdict_waived" if self.waived else f"verdict_{self.verdict.value}", language),
            "part": _number(self.numerator, language),
            "whole": _number(self.denominator or 0, language),
            "span": self._when(language),
            "value": self._value(language),
        }
        if kind is Kind.VOLUME:
            counted = [one for count in terms.count for one in count.selector.events]
            return say(
                "reading_of_count", language, **{**said, "what": any_of(counted, language, self.kinds)}
            )
        if kind is Kind.COVERAGE:
            hours = {
                "part": times.hours(self.numerator, language),
                "whole": times.hours(self.denominator or 0, language),
            }
            return say("reading_of_presence", language, **{**said, **hours})
        if kind is not Kind.RATE:
            return say("reading_of_clocks", language, **said)
        if isinstance(terms.of, str):
            what = say(f"records_{terms.of}", language)
            return say("reading_of_records", language, **said, when=self._read_at(language), what=what)
        counted = [one for selector in terms.of for one in selector.events]
        said["what"] = any_of(counted, language, self.kinds)
        if not terms.having.events:
            return say("reading_of_events_where", language, **said)
        return say("reading_of_events", language, **said, having=self._having(terms.having, language))

    def _having(self, having: Having, language: str) -> str:
        what = any_of(having.events, language, self.kinds)
        if having.within is None:
            return what
        return say("reading_having_within", language, what=what, duration=describe(having.within, language))

    def _value(self, language: str) -> str:
        if self.value is None:
            return ""
        return say("reading_value", language, value=_percent(self.value, language))

    def _when(self, language: str) -> str:
        zone = ZoneInfo(self.promise.timezone)
        first = self.span.start.astimezone(zone).date()
        last = (self.span.end - timedelta(seconds=1)).astimezone(zone).date()
        year = self.as_of.astimezone(zone).year
        if first == last:
            return say("reading_on", language, day=times.day(first, language, year=year))
        return say(
            "reading_from_to",
            language,
            first=times.day(first, language, year=year),
            last=times.day(last, language, year=year),
        )

    def _read_at(self, language: str) -> str:
        zone = ZoneInfo(self.promise.timezone)
        year = self.as_of.astimezone(zone).year
        if self.as_of < self.span.end:
            return say("reading_at", language, when=times.moment(self.as_of, zone, language, year=year))
        last = (self.span.end - timedelta(seconds=1)).astimezone(zone).date()
        return say("reading_at_end_of", language, day=times.day(last, language, year=year))

    def _against(self, language: str) -> Iterator[str]:
        if self.detail.get("owes") is False:
            yield say("target_not_owed", language)
        if self.target is not None:
            text = say(_COMPARED[self.target.op], language, value=self._amount(self.target, language))
            yield say("target_is", language, target=text)
        if "baseline" in self.detail:
            yield self._baseline(self.detail["baseline"], language)
        steps = self.detail.get("ramp", {}).get("steps", 0)
        if steps:
            by = _points(self.detail["ramp"]["by"], language)
            yield say("target_step" if steps == 1 else "target_steps", language, steps=steps, by=by)
        yield from self._room(language)
        if self.promise.kind is Kind.COVERAGE and not self.denominator and self.span.end <= self.as_of:
            yield say("no_agreed_hours", language)

    def _room(self, language: str) -> Iterator[str]:
        prorated, room = self.detail.get("prorate"), self.detail.get("room")
        if prorated and prorated["open_days"] != prorated["of"]:
            yield say("target_prorated", language, open=prorated["open_days"], usual=prorated["of"])
        if in_force := self.detail.get("in_force"):
            yield say("target_in_force", language, **in_force)
        if room == 0:
            yield say("target_full", language)
        elif room is not None and self.target is not None and room == self.target.value:
            yield say("target_room", language, room=room)

    def _baseline(self, found: Mapping[str, Any], language: str) -> str:
        year = self.as_of.year
        days = {
            "first": times.day(date.fromisoformat(found["from"]), language, year=year),
            "last": times.day(date.fromisoformat(found["to"]), language, year=year),
        }
        if not found["denominator"]:
            return say("target_no_baseline", language, **days)
        return say(
            "target_baseline_pinned" if found["pinned"] else "target_baseline",
            language,
            value=_percent(Fraction(found["numerator"], found["denominator"]), language),
            part=_number(found["numerator"], language),
            whole=_number(found["denominator"], language),
            change=self._change(language),
            **days,
        )

    def _change(self, language: str) -> str:
        target = self.promise.terms.target
        if not isinstance(target, BaselineTarget) or not target.by:
            return ""
        sign = "−" if target.by < 0 else "+"
        key = "target_points" if target.points else "target_relative"
        return say(key, language, sign=sign, by=_points(abs(float(target.by)), language))

    def _amount(self, target: Target, language: str) -> str:
        if self.promise.kind is Kind.VOLUME:
            return _number(int(target.value), language)
        return _percent(target.value, language)

    def _besides(self, language: str) -> Iterator[str]:
        for name, number in (("left_out", self.left_out), ("maturing", self.maturing)):
            if number:
                key = f"reading_one_{name}" if number == 1 else f"reading_{name}"
                yield say(key, language, number=_number(number, language))
        if self.staffed is not None and self.staffed.gaps:
            number, missing = len(self.staffed.gaps), self.staffed.agreed - self.staffed.covered
            key = "reading_one_gap" if number == 1 else "reading_gaps"
            yield say(key, language, number=number, time=times.hours(missing, language))
        if self.difference is not None:
            key = "more_than_chance" if self.difference.is_more_than_chance else "may_be_chance"
            bounds = {name: getattr(self.difference, name) for name in ("difference", "low", "high")}
            yield say(key, language, **{name: _signed(value, language) for name, value in bounds.items()})


def _number(value: int, language: str) -> str:
    text = f"{value:,}"
    return text.replace(",", "\u202f") if language == "fr" else text


def _percent(share: Fraction, language: str) -> str:
    """One digit, as everywhere."""
    text = times.percent(share)
    return text.replace(".", ",") if language == "fr" else text


def _points(share: float, language: str) -> str:
    text = f"{share * 100:.4g}"
    return text.replace(".", ",") if language == "fr" else text


def _signed(share: float, language: str) -> str:
    text = f"{share * 100:+.1f}".replace("-", "−")
    return text.replace(".", ",") if language == "fr" else text
