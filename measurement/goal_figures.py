"""The goals of the agreements in force, each with its figure: from a commitment's readings or a series."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max, Q, Sum

from agreements.calendars import timezone_of
from agreements.document import Goal, goals_of
from agreements.enums import Kind, Period
from agreements.models import AgreementVersion, Commitment
from agreements.promises import history_of
from leads.models import Counting, Figure, FigureSeries
from measurement.goals import Progress, progress
from measurement.models import Reading
from measurement.periods import Span, period_around
from measurement.readings import Known, known, share

OWN = "team"


@dataclass(frozen=True, slots=True)
class GoalNow:
    """A goal with how it stands. ``counted``: readings or figures behind the value; ``latest``: the last day
    for which there is one. ``sums``: the value is a sum, not a share or the latest figure."""

    goal: Goal
    version: AgreementVersion
    commitment: Commitment | None
    progress: Progress | None
    counted: int = 0
    latest: date | None = None
    sums: bool = False


def goals_now(*, as_of: datetime) -> list[GoalNow]:
    """Every goal of every agreement in force, in the order in which they are written."""
    versions = AgreementVersion.objects.in_force(as_of).select_related("agreement").order_by("agreement__key")
    found = []
    for version in versions:
        commitments = {row.key: row for row in version.commitments.select_related("calendar")}
        zone = _zone_of(version)
        for goal in goals_of(version.document, list(commitments)):
            commitment = commitments.get(goal.commitment or "")
            found.append(_goal_now(goal, version, commitment, zone, as_of))
    return found


def _zone_of(version: AgreementVersion) -> str:
    use = version.calendar_uses.select_related("calendar").order_by("position").first()
    return timezone_of(use.calendar if use else None)


def _goal_now(
    goal: Goal, version: AgreementVersion, commitment: Commitment | None, zone: str, as_of: datetime
) -> GoalNow:
    if goal.metric is None or goal.period is None:
        return GoalNow(goal, version, commitment, None)
    span = period_around(as_of, Period(goal.period), zone=zone, fiscal_year_start=settings.FISCAL_YEAR_START)
    local = ZoneInfo(zone)
    start, end = (at.astimezone(local).date() for at in (span.start, span.end))
    if commitment:
        value, sums, counted, latest = _of_readings(commitment, span, as_of, local)
    elif goal.series:
        value, sums, counted, latest = _of_series(goal.series, start, min(end, _after(as_of, local)))
    else:
        return GoalNow(goal, version, None, None)
    today = as_of.astimezone(local).date()
    told_to = latest if goal.series else None
    made = progress(
        target=goal.target, value=value, adds_up=sums, start=start, end=end, today=today, told_to=told_to
    )
    return GoalNow(goal, version, commitment, made, counted, latest, sums)


def _of_readings(
    commitment: Commitment, span: Span, as_of: datetime, zone: ZoneInfo
) -> tuple[Fraction | None, bool, int, date | None]:
    """A volume adds up over the readings that begin in the period; a share of records is the latest one;
    other shares are weighted by what they were counted from, as far as it is judged by now."""
    rows = list(
        Reading.objects.filter(commitment_key=commitment.key, period_start__lte=as_of)
        .filter(Q(period_start__gte=span.start) | Q(period_end__gt=as_of), period_start__lt=span.end)
        .order_by("period_start", "each")
    )
    rows = [row for row in rows if row.each == OWN] or rows
    latest = max((row.period_start.astimezone(zone).date() for row in rows), default=None)
    terms = {one.commitment_id: one.terms for one in history_of({commitment.key})}
    standing = known(rows, terms, as_of=as_of)
    if commitment.kind == Kind.VOLUME:
        value = Fraction(sum(one.numerator for one in standing)) if standing else None
        return value, True, len(rows), latest
    if isinstance(getattr(terms[commitment.pk], "of", None), str):
        standing = standing[-1:]
    return _weighted(standing), False, len(standing), latest


def _weighted(standing: Sequence[Known]) -> Fraction | None:
    return share(sum(one.numerator for one in standing), sum(one.denominator or 0 for one in standing))


def _of_series(name: str, start: date, end: date) -> tuple[Fraction | None, bool, int, date | None]:
    figures = Figure.objects.current().of(name).filter(day__gte=start, day__lt=end)
    series = FigureSeries.objects.filter(name=name).first()
    if series and series.counting == Counting.LATEST:
        last = Figure.objects.current().of(name).filter(day__lt=end).order_by("-day").first()
        value = Fraction(last.value) if last else None
        return value, False, int(last is not None), last.day if last else None
    summed = figures.aggregate(total=Sum("value"), last=Max("day"))
    value = None if summed["total"] is None else Fraction(summed["total"])
    return value, True, figures.count(), summed["last"]


def _after(as_of: datetime, zone: ZoneInfo) -> date:
    return date.fromordinal(as_of.astimezone(zone).date().toordinal() + 1)
