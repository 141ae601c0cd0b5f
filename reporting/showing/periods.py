"""Why a period missed its target: its reading in words, and what made it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from agreements.enums import Kind
from agreements.terms.values import Promise
from core.bounded import Count, counted
from core.charts.shares import Part, share_bar
from measurement.models import Clock, Reading
from measurement.readings import known
from reporting.models import Breach
from reporting.showing.each import sees_each
from reporting.showing.items import ClockItem, clock_items
from reporting.showing.reader import Reader
from reporting.showing.values import sentence
from reporting.watching.closed import is_snapshot

SHOWN = 25
BY_CLOCK = frozenset({Kind.RESPONSE, Kind.CHECKLIST})


@dataclass(frozen=True, slots=True)
class PeriodExplanation:
    """Everything under "Why" of a period; of what is not told by clock the reading's own page has the rows.

    ``run``: of a share that is read every day, how long it has been missed in one go.
    """

    sentence: str
    run: str
    bar: dict[str, Any] | None
    bar_label: str
    missed: list[ClockItem]
    more: int
    is_by_clock: bool
    reading_id: int | None


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
    is_by_clock = promise.kind in BY_CLOCK
    return PeriodExplanation(
        sentence=sentence(reading, promise),
        run=_run(reading, promise, reader),
        is_by_clock=is_by_clock,
        reading_id=reading.pk if sees_each(reading.each, promise, reader) else None,
        **(_missed_clocks(reading, promise, reader) if is_by_clock else _no_clocks()),
    )


def _missed_clocks(reading: Reading, promise: Promise, reader: Reader) -> dict[str, Any]:
    (now,) = known([reading], {reading.commitment_id: promise.terms}, as_of=reader.as_of)
    clocks = (
        Clock.objects.visible_to(reader.user, as_of=reader.as_of)
        .for_commitment(reading.commitment_key)
        .counted_between(reading.period_start, reading.period_end)
        .missed(reader.as_of)
    )
    missed = (now.denominator or 0) - now.numerator
    return {
        "bar": share_bar([Part(now.numerator, _("kept"), "kept"), Part(missed, _("missed"), "missed")]),
        "bar_label": _("%(met)d kept, %(missed)d missed") % {"met": now.numerator, "missed": missed},
        "missed": clock_items(clocks.order_by("due_at", "id")[:SHOWN], reader),
        "more": _beyond_shown(counted(clocks)),
    }


def _beyond_shown(found: Count) -> Count:
    return Count(max(found.number - SHOWN, 0), found.more)


def _no_clocks() -> dict[str, Any]:
    return {"bar": None, "bar_label": "", "missed": [], "more": Count(0)}


def _run(reading: Reading, promise: Promise, reader: Reader) -> str:
    """Since the first missed day of a run: how it stands now; one statement."""
    if not is_snapshot(promise):
        return ""
    later = Reading.objects.filter(
        commitment_key=reading.commitment_key,
        each=reading.each,
        period_start__gt=reading.period_start,
        final_at__lte=reader.as_of,
    )
    last = later.order_by("-period_start").first()
    if last is None or last.commitment_id not in {p.commitment_id for p in reader.promises}:
        return ""
    return _("Last read: %(sentence)s") % {"sentence": sentence(last, reader.promise_of(last.commitment_id))}
