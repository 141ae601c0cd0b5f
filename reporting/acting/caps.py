"""How many misses of a promise were waived in a month, and how many may be: part of what was agreed.

An agreement says ``waivers: 10%`` (the default): so large a share of the month's misses of a promise, at
least one. It may say 0 %: then none. The month is that of the miss, by the promise's calendar.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Q

from agreements.document.order import WAIVERS
from agreements.models import Commitment
from agreements.terms.scalars import parse_share
from agreements.terms.values import Promise
from measurement.periods import midnight
from reporting.enums import BreachState
from reporting.models import Breach

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('waivers ' || %s, 0))"


@dataclass(frozen=True, slots=True)
class Waivers:
    """The misses of one promise in one month, and those of them that were waived."""

    month: date
    misses: int
    waived: int
    share: Fraction

    @property
    def allowed(self) -> int:
        """How many may be waived: the agreed share of the misses, in whole numbers, at least one."""
        return max(1, int(self.share * self.misses)) if self.share else 0

    @property
    def rate(self) -> Fraction | None:
        """Waived of all misses; None where nothing was missed."""
        return Fraction(self.waived, self.misses) if self.misses else None

    @property
    def left(self) -> int:
        """How many more may be waived."""
        return max(self.allowed - self.waived, 0)


def waivers_in_month(promise: Promise, at: datetime) -> Waivers:
    """Of the month in which the instant lies; two statements."""
    return waivers_of([promise], at)[promise.key]


def waivers_of(promises: Collection[Promise], at: datetime) -> Mapping[str, Waivers]:
    """By commitment key, of the month of each promise's calendar in which the instant lies.

    Three statements where their calendars share a zone; one more for each other zone.
    """
    shares = _shares({promise.commitment_id for promise in promises})
    found: dict[str, Waivers] = {}
    for zone in sorted({promise.timezone for promise in promises}):
        those = [promise for promise in promises if promise.timezone == zone]
        counted, month = _counted({promise.key for promise in those}, at, zone)
        for promise in those:
            misses, waived = counted.get(promise.key, (0, 0))
            found[promise.key] = Waivers(month, misses, waived, shares[promise.commitment_id])
    return found


def waive_one_by_one(key: str) -> None:
    """Until this transaction ends nobody else waives a miss of the promise: the cap holds for two at once."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [key])


def _counted(keys: Collection[str], at: datetime, zone: str) -> tuple[dict[str, tuple[int, int]], date]:
    first = at.astimezone(ZoneInfo(zone)).date().replace(day=1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    rows = (
        Breach.objects.filter(
            commitment_key__in=keys, missed_at__gte=midnight(first, zone), missed_at__lt=midnight(after, zone)
        )
        .exclude(state=BreachState.WITHDRAWN)
        .order_by()
        .values_list("commitment_key")
        .annotate(misses=Count("pk"), waived=Count("pk", filter=Q(state=BreachState.WAIVED)))
    )
    return {key: (misses, waived) for key, misses, waived in rows}, first


def _shares(commitment_ids: Collection[int]) -> dict[int, Fraction]:
    rows = Commitment.objects.filter(pk__in=commitment_ids).order_by()
    said = rows.values_list("pk", "version__document__waivers")
    return {pk: parse_share(share or WAIVERS) for pk, share in said}
