"""Periods of a promise as people read them: what each came to against its target, and how far it is."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.enums import Kind
from agreements.terms.values import Promise
from measurement.enums import Verdict
from measurement.models import Reading
from measurement.periods import Span
from measurement.readings import Known, known
from measurement.readings.standing import days_gone
from measurement.readings.waived import shown_verdict
from measurement.units import TEAM
from reporting import words
from reporting.showing.numbers import number, percent
from reporting.showing.promises import period_name
from reporting.showing.reader import Reader
from reporting.showing.values import Figures, is_state

TONES = {
    Verdict.KEPT: "kept",
    Verdict.ON_PACE: "kept",
    Verdict.MISSED: "missed",
    Verdict.AT_RISK: "at_risk",
}
_REACHED = frozenset({Verdict.KEPT, Verdict.ON_PACE})
#: Of a period with a row for each: the first of these that any row has.
_WORST_FIRST = (
    Verdict.MISSED,
    Verdict.AT_RISK,
    Verdict.ON_PACE,
    Verdict.KEPT,
    Verdict.MATURING,
    Verdict.TOO_FEW,
    Verdict.UNMEASURABLE,
)


@dataclass(frozen=True, slots=True)
class PeriodView:
    """One period: ``value`` and ``expected`` are drawn, the texts are read.

    ``reading_id`` is None where each member or account has a reading of its own (``each``); then the value
    is the share of those that reached their number.
    """

    promise: Promise
    start: datetime
    end: datetime
    label: str
    value: float | None
    expected: float | None
    text: str
    counted: str
    target: str
    verdict: Verdict
    left_out: int
    maturing: int
    reading_id: int | None
    each: Sequence[Known] = ()
    now: Known | None = None  # of one reading

    @property
    def tone(self) -> str:
        """The colour of its verdict."""
        return TONES.get(self.verdict, "calm")

    @property
    def verdict_label(self) -> str:
        """Its verdict in words."""
        detail = self.now.reading.detail if self.now else {}
        return words.verdict(shown_verdict(self.verdict, detail))


def views(readings: Iterable[Reading], reader: Reader) -> dict[str, list[PeriodView]]:
    """The periods of these readings as they stand now, by commitment key, oldest first."""
    rows = list(readings)
    terms = {row.commitment_id: reader.promise_of(row.commitment_id).terms for row in rows}
    periods: dict[tuple[str, datetime], list[Known]] = defaultdict(list)
    for one in known(rows, terms, as_of=reader.as_of):
        periods[one.reading.commitment_key, one.reading.period_start].append(one)
    found: dict[str, list[PeriodView]] = defaultdict(list)
    for (key, _start), standing in sorted(periods.items(), key=lambda pair: pair[0]):
        found[key].append(_view(standing, reader.promise_of(standing[0].reading.commitment_id)))
    return found


def pace_text(view: PeriodView, reader: Reader) -> str:
    """How much of a running period is left: ``2 open days left``; empty once it is over, and for records."""
    if view.end <= reader.as_of or is_state(view.promise):
        return ""
    versions = [promise for promise in reader.promises if promise.key == view.promise.key]
    gone, days = days_gone(versions, Span(view.start, view.end), as_of=reader.as_of)
    return ngettext("%(n)d open day left", "%(n)d open days left", days - gone) % {"n": days - gone}


def trend_text(periods: Sequence[PeriodView], reader: Reader) -> str:
    """How the last closed period differs from the one before; empty where there is nothing to compare."""
    closed = [one for one in periods if one.end <= reader.as_of and one.value is not None]
    if len(closed) < 2 or closed[-1].promise.kind != closed[-2].promise.kind:
        return ""
    before, last = closed[-2].value or 0.0, closed[-1].value or 0.0
    if closed[-1].promise.kind == Kind.VOLUME and not closed[-1].each:
        change = number(abs(last - before))
    else:
        change = _("%(n)s points") % {"n": number(round(abs(last - before) * 100, 1))}
    said = {"change": change, "period": closed[-1].label}
    if round(last - before, 6) == 0:
        return _("unchanged in %(period)s") % said
    return (_("up %(change)s in %(period)s") if last > before else _("down %(change)s in %(period)s")) % said


def _view(standing: Sequence[Known], promise: Promise) -> PeriodView:
    reading = standing[0].reading
    shown: dict[str, Any] = {
        "promise": promise,
        "start": reading.period_start,
        "end": reading.period_end,
        "label": period_name(promise, reading.period_start),
        "left_out": sum(one.reading.left_out for one in standing),
        "maturing": sum(one.maturing for one in standing),
    }
    if reading.each == TEAM:
        return PeriodView(**shown, **_of_one(standing[0], promise))
    return PeriodView(**shown, **_of_each(standing, promise))


def _of_one(now: Known, promise: Promise) -> dict[str, Any]:
    figures = Figures.known(now, promise)
    return {
        "value": None if now.value is None else float(now.value),
        "expected": figures.expected,
        "text": figures.text,
        "counted": figures.counted,
        "target": figures.target,
        "verdict": now.verdict,
        "reading_id": now.reading.pk,
        "now": now,
    }


def _of_each(standing: Sequence[Known], promise: Promise) -> dict[str, Any]:
    owing = [one for one in standing if asked(one)]
    reached = sum(one.verdict in _REACHED for one in owing)
    said = {"n": number(reached), "of": number(len(owing))}
    verdicts = {one.verdict for one in owing}
    targets = list(dict.fromkeys(Figures.known(one, promise).target for one in owing))
    return {
        "value": reached / len(owing) if owing else None,
        "expected": 1.0 if owing else None,
        "text": percent(Fraction(reached, len(owing))) if owing else "–",
        "counted": _("%(n)s of %(of)s reached their number") % said,
        "target": targets[0] if len(targets) == 1 else "",
        "verdict": next((one for one in _WORST_FIRST if one in verdicts), Verdict.NOT_REQUIRED),
        "reading_id": None,
        "each": tuple(standing),
    }


def asked(one: Known) -> bool:
    """Whether anything was asked of this member or account in the period."""
    return one.verdict != Verdict.NOT_REQUIRED and bool(one.reading.detail.get("owes", True))
