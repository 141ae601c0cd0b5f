"""Why a period missed its target: its reading in words, and the misses that made it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.terms.values import Promise
from core.charts.shares import Part, share_bar
from measurement.models import Clock, Reading
from measurement.readings import Known, known
from reporting.models import Breach
from reporting.showing.items import ClockItem, clock_items
from reporting.showing.promises import percent, target_text
from reporting.showing.reader import Reader

SHOWN = 25


@dataclass(frozen=True, slots=True)
class PeriodExplanation:
    """Everything under "Why" of a period."""

    sentence: str
    bar: dict[str, Any]
    bar_label: str
    missed: list[ClockItem]
    more: int


def period_explanation_of(breach: Breach, reader: Reader) -> PeriodExplanation | None:
    """The reading behind a period's breach; None for a clock's, and when the reading no longer exists."""
    if breach.period_start is None:
        return None
    reading = Reading.objects.filter(
        commitment_key=breach.commitment_key, period_start=breach.period_start, each=breach.each
    ).first()
    if reading is None:
        return None
    promise = reader.promise_of(reading.commitment_id)
    (now,) = known([reading], {reading.commitment_id: promise.terms}, as_of=reader.as_of)
    clocks = (
        Clock.objects.visible_to(reader.user, as_of=reader.as_of)
        .for_commitment(reading.commitment_key)
        .counted_between(reading.period_start, reading.period_end)
        .missed(reader.as_of)
    )
    missed = now.denominator - reading.numerator
    return PeriodExplanation(
        sentence=_sentence(now, promise),
        bar=share_bar([Part(reading.numerator, _("kept"), "kept"), Part(missed, _("missed"), "missed")]),
        bar_label=_("%(met)d kept, %(missed)d missed") % {"met": reading.numerator, "missed": missed},
        missed=clock_items(clocks.order_by("due_at", "id")[:SHOWN], reader),
        more=max(clocks.count() - SHOWN, 0),
    )


def _sentence(now: Known, promise: Promise) -> str:
    reading, zone = now.reading, ZoneInfo(promise.timezone)
    first = reading.period_start.astimezone(zone).date()
    last = reading.period_end.astimezone(zone).date() - timedelta(days=1)
    span = _("on %(day)s") % {"day": _day(first)} if first == last else _span(first, last)
    said = ngettext(
        "%(met)d of %(judged)d case due %(span)s was kept: %(rate)s, and the target is %(target)s.",
        "%(met)d of %(judged)d cases due %(span)s were kept: %(rate)s, and the target is %(target)s.",
        now.denominator,
    ) % {
        "met": reading.numerator,
        "judged": now.denominator,
        "span": span,
        "rate": percent(now.value),
        "target": target_text(promise.terms.target),
    }
    if not reading.left_out:
        return said
    left_out = ngettext("%(n)d more was left out.", "%(n)d more were left out.", reading.left_out)
    return f"{said} {left_out % {'n': reading.left_out}}"


def _span(first: Any, last: Any) -> str:
    return _("from %(first)s to %(last)s") % {"first": _day(first), "last": _day(last)}


def _day(day: Any) -> str:
    return date_format(day, "DATE_FORMAT")
