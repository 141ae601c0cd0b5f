"""A promise on a card: what it says, how it is kept in this period, and how it was before."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agreements.enums import Kind
from agreements.terms.values import Promise
from agreements.texts import localized
from core.charts.shares import spark_bars
from measurement.enums import Verdict
from measurement.models import Reading
from measurement.readings import Known, known
from people.models import Team
from reporting import words
from reporting.showing.promises import aim_of, in_short, percent, period_name, title_of
from reporting.showing.reader import Reader

PERIODS = 8

TONES = {
    Verdict.KEPT: "kept",
    Verdict.ON_PACE: "kept",
    Verdict.MISSED: "missed",
    Verdict.AT_RISK: "at_risk",
    Verdict.TOO_FEW: "calm",
    Verdict.MATURING: "calm",
}


@dataclass(frozen=True, slots=True)
class PromiseCard:
    """What the card shows; figures are of the latest period in which anything was due.

    ``number`` orders cards as the agreement does.
    """

    key: str
    number: int
    title: str
    terms: str
    team: Team
    measured: bool
    playbook: str
    target_text: str
    rate: float | None = None
    rate_text: str = ""
    tone: str = "calm"
    verdict: str = ""
    verdict_label: str = ""
    met: int = 0
    due: int = 0
    left_out: int = 0
    period_label: str = ""
    spark: dict[str, Any] | None = None
    spark_label: str = ""


def cards(promises: Sequence[Promise], reader: Reader) -> list[PromiseCard]:
    """Cards of promises; two statements whatever their number."""
    measured = [promise for promise in promises if promise.kind == Kind.RESPONSE]
    readings = _latest(measured, reader)
    return [_card(promise, readings.get(promise.key, []), reader) for promise in promises]


def _latest(promises: Sequence[Promise], reader: Reader) -> dict[str, list[Known]]:
    """The last readings of each promise, oldest first, as they stand now."""
    number = Window(RowNumber(), partition_by=F("commitment_key"), order_by=F("period_start").desc())
    newest = (
        Reading.objects.filter(commitment_key__in={p.key for p in promises}, period_start__lte=reader.as_of)
        .annotate(number=number)
        .filter(number__lte=PERIODS)
        .order_by("period_start")
    )
    terms = {p.commitment_id: p.terms for p in reader.promises if p.kind == Kind.RESPONSE}
    found: dict[str, list[Known]] = defaultdict(list)
    for one in known(newest, terms, as_of=reader.as_of):
        found[one.reading.commitment_key].append(one)
    return found


def _card(promise: Promise, readings: Sequence[Known], reader: Reader) -> PromiseCard:
    base: dict[str, Any] = {
        "key": promise.key,
        "number": promise.commitment_id,
        "title": title_of(promise),
        "terms": in_short(promise),
        "team": reader.teams[promise.team_id],
        "measured": promise.kind == Kind.RESPONSE,
        "playbook": localized(promise.terms.playbook, get_language() or "en"),
        "target_text": aim_of(promise),
    }
    return PromiseCard(**base, **(_figures(readings, promise, reader.as_of) if readings else _nothing()))


def _nothing() -> dict[str, Any]:
    return {
        "spark": spark_bars([]),
        "verdict_label": _("nothing due yet"),
        "period_label": "",
        "spark_label": "",
    }


def _figures(readings: Sequence[Known], promise: Promise, as_of: datetime) -> dict[str, Any]:
    last = readings[-1]
    return {
        "rate": None if last.value is None else float(last.value),
        "rate_text": percent(last.value),
        "tone": TONES.get(last.verdict, "calm"),
        "verdict": last.verdict.value,
        "verdict_label": words.verdict(last.verdict),
        "met": last.reading.numerator,
        "due": last.denominator,
        "left_out": last.reading.left_out,
        "period_label": _period(last, promise, as_of),
        "spark": spark_bars([_bar(one, promise) for one in readings]),
        "spark_label": _("Kept rate of the last periods: %(rates)s")
        % {"rates": ", ".join(percent(one.value) for one in readings)},
    }


def _period(last: Known, promise: Promise, as_of: datetime) -> str:
    if last.reading.period_end > as_of:
        return words.this_period(promise.terms.per)
    return period_name(promise, last.reading.period_start)


def _bar(one: Known, promise: Promise) -> tuple[float | None, str, str]:
    title = f"{period_name(promise, one.reading.period_start)}: {percent(one.value)}"
    return (None if one.value is None else float(one.value), TONES.get(one.verdict, "calm"), title)
