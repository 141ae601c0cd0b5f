"""A promise on a card: what it says, how it stands in this period, and how it was before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import DenseRank
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agreements.enums import Kind
from agreements.terms.values import Promise
from agreements.texts import localized
from core.charts.shares import spark_bars
from measurement.models import Reading
from people.models import Team
from reporting import words
from reporting.showing.promises import aim_of, in_short, title_of
from reporting.showing.reader import Reader
from reporting.showing.readings import PeriodView, pace_text, trend_text, views

PERIODS = 8
OF_THE_WHOLE = frozenset({Kind.RESPONSE, Kind.CHECKLIST, Kind.COVERAGE})  # drawn from 0 to 100 %


@dataclass(frozen=True, slots=True)
class PromiseCard:
    """What the card shows; figures are of the latest period that has any.

    ``number`` orders cards as the agreement does. ``has_value``: whether there is a figure to show large.
    """

    key: str
    number: int
    title: str
    terms: str
    team: Team
    playbook: str
    target_text: str
    has_value: bool = False
    rate_text: str = ""
    tone: str = "calm"
    verdict: str = ""
    verdict_label: str = ""
    counted: str = ""
    left_out: int = 0
    maturing: int = 0
    pace: str = ""
    trend: str = ""
    period_label: str = ""
    reading_id: int | None = None
    spark: dict[str, Any] | None = None
    spark_label: str = ""


def cards(promises: Sequence[Promise], reader: Reader) -> list[PromiseCard]:
    """Cards of promises; a constant number of statements, besides those of what still runs."""
    found = views(_latest(promises, reader), reader)
    return [_card(promise, found.get(promise.key, []), reader) for promise in promises]


def _latest(promises: Sequence[Promise], reader: Reader) -> Any:
    """The readings of the last periods of each promise."""
    number = Window(DenseRank(), partition_by=F("commitment_key"), order_by=F("period_start").desc())
    return (
        Reading.objects.filter(
            commitment_key__in={p.key for p in promises},
            commitment_id__in={p.commitment_id for p in reader.promises},
            period_start__lte=reader.as_of,
        )
        .annotate(number=number)
        .filter(number__lte=PERIODS)
        .order_by("period_start", "id")
    )


def _card(promise: Promise, periods: Sequence[PeriodView], reader: Reader) -> PromiseCard:
    base: dict[str, Any] = {
        "key": promise.key,
        "number": promise.commitment_id,
        "title": title_of(promise),
        "terms": in_short(promise),
        "team": reader.teams[promise.team_id],
        "playbook": localized(promise.terms.playbook, get_language() or "en"),
        "target_text": aim_of(promise),
    }
    if not periods:
        return PromiseCard(**base, spark=spark_bars([]), verdict_label=_("nothing due yet"))
    return PromiseCard(**base | _figures(periods, promise, reader))


def _figures(periods: Sequence[PeriodView], promise: Promise, reader: Reader) -> dict[str, Any]:
    last = periods[-1]
    said = {"rates": ", ".join(one.text for one in periods)}
    figures = {
        "has_value": last.value is not None,
        "rate_text": last.text,
        "tone": last.tone,
        "verdict": last.verdict.value,
        "verdict_label": last.verdict_label,
        "counted": last.counted,
        "left_out": last.left_out,
        "maturing": last.maturing,
        "pace": pace_text(last, reader),
        "trend": trend_text(periods, reader),
        "period_label": _period(last, promise, reader),
        "reading_id": last.reading_id,
        "spark": spark_bars(_bars(periods)),
        "spark_label": _("Value of the last periods: %(rates)s") % said,
    }
    if last.target:
        figures["target_text"] = _("target %(target)s") % {"target": last.target}
    return figures


def _period(last: PeriodView, promise: Promise, reader: Reader) -> str:
    return words.this_period(promise.terms.per) if last.end > reader.as_of else last.label


def _bars(periods: Sequence[PeriodView]) -> list[tuple[float | None, str, str]]:
    """Small bars: of what can be full from 0 to 100 %, else up to the greatest value or target."""
    drawn = [one for period in periods for one in (period.value, period.expected) if one is not None]
    whole = 1.0 if periods[-1].promise.kind in OF_THE_WHOLE else max(drawn, default=0.0) or 1.0
    return [
        (None if one.value is None else one.value / whole, one.tone, f"{one.label}: {one.text}")
        for one in periods
    ]
