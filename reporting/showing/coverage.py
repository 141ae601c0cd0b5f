"""Which agreed hours were staffed in a period: its gaps with their times, and the days as rows of hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agreements.terms.values import Promise
from core.charts.week_strip import DayRow, Stretch, week_strip
from measurement.in_force import parts
from measurement.models import Unit
from measurement.periods import Span
from measurement.staffing import Staffed, staffed
from reporting.showing.numbers import hours
from reporting.showing.reader import Reader

SHOWN = 25
NARROW = 340
DAYS = 7


@dataclass(frozen=True, slots=True)
class Gap:
    """Agreed time in which nobody was there."""

    day: str
    start: str
    end: str
    length: str


@dataclass(frozen=True, slots=True)
class Hours:
    """The staffed and the unstaffed agreed hours of a period, as far as it has come."""

    strip: dict[str, Any]
    narrow_strip: dict[str, Any]
    label: str
    zone: str
    gaps: list[Gap]
    more: int
    unstaffed: str


def hours_of(promise: Promise, start: datetime, end: datetime, reader: Reader) -> Hours:
    """The gaps of a period and its days; of a long period the last seven days are drawn."""
    versions = [one for one in reader.promises if one.key == promise.key]
    span, until = Span(start, end), min(end, reader.as_of)
    governed = parts(versions, span)
    present = Unit.objects.for_commitment(promise.key).present_between(start, until).having()
    found = staffed(governed, present.order_by("at", "id").values_list("at", "until"), until=until)
    zone = ZoneInfo(promise.timezone)
    agreed = [one for part in governed for one in part.promise.schedule.segments(part.start, part.end)]
    days = _days(agreed, found, until, zone, span)
    gaps = [_gap(begun, over, zone) for begun, over in found.gaps]
    return Hours(
        strip=week_strip(days),
        narrow_strip=week_strip(days, width=NARROW),
        label=_("Agreed hours by day; the gaps are listed below."),
        zone=promise.timezone,
        gaps=gaps[:SHOWN],
        more=max(len(gaps) - SHOWN, 0),
        unstaffed=hours(found.agreed - found.covered),
    )


def _days(
    agreed: Sequence[tuple[datetime, datetime]], found: Staffed, until: datetime, zone: ZoneInfo, span: Span
) -> list[DayRow]:
    last = (span.end - timedelta(seconds=1)).astimezone(zone).date()
    if last - span.start.astimezone(zone).date() >= timedelta(days=DAYS):
        last = min(last, until.astimezone(zone).date())
    first = max(span.start.astimezone(zone).date(), last - timedelta(days=DAYS - 1))
    dates = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [_day(day, agreed, found, until, zone) for day in dates]


def _day(
    day: date,
    agreed: Sequence[tuple[datetime, datetime]],
    found: Staffed,
    until: datetime,
    zone: ZoneInfo,
) -> DayRow:
    """What was agreed, drawn as staffed up to now and as ahead after it, and the gaps over it."""
    layers = [
        *((begun, min(over, until), "kept", _("staffed")) for begun, over in agreed),
        *((max(begun, until), over, "calm", _("still ahead")) for begun, over in agreed),
        *((begun, over, "missed", _("nobody there")) for begun, over in found.gaps),
    ]
    stretches = [
        cut
        for begun, over, tone, said in layers
        if begun < over and (cut := _within(day, begun, over, tone, said, zone))
    ]
    return DayRow(date_format(day, pgettext("date format", "D j M")), stretches)


def _within(
    day: date, begun: datetime, over: datetime, tone: str, said: str, zone: ZoneInfo
) -> Stretch | None:
    """The part of a stretch that lies in a day, by the wall clock."""
    midnight, next_one = (datetime.combine(day + timedelta(days=n), time(), zone) for n in (0, 1))
    if over <= midnight or begun >= next_one:
        return None
    local = begun.astimezone(zone), over.astimezone(zone)
    start = 0 if begun <= midnight else local[0].hour * 60 + local[0].minute
    end = 24 * 60 if over >= next_one else local[1].hour * 60 + local[1].minute
    times = f"{local[0]:%H:%M}–{local[1]:%H:%M}"
    return Stretch(start, max(end, start + 1), tone, f"{times}: {said}")


def _gap(begun: datetime, over: datetime, zone: ZoneInfo) -> Gap:
    local = begun.astimezone(zone), over.astimezone(zone)
    return Gap(
        day=date_format(local[0], "SHORT_DATE_FORMAT"),
        start=f"{local[0]:%H:%M}",
        end=f"{local[1]:%H:%M}",
        length=hours((over - begun).total_seconds()),
    )
