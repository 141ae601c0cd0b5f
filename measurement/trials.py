"""Versions on trial: measured whole, again and again, by the facts known now; figures only, nobody's name.

A trial answers what signing would have meant: how often each promise would have been kept, how many breaches
people would have had to deal with, how many mornings with a mail that is, and how it compares with what binds
today. Nothing of it is a clock, a reading or a breach, so nobody is told anything.
"""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from agreements.models import AgreementVersion, Commitment
from agreements.promises import promise_of
from agreements.terms import Promise, Target
from measurement.models import Clock, Reading, TrialResult
from measurement.periods import Span, period_around
from measurement.preview import PeriodFigures, Window, held_against
from measurement.preview.looking import BY_CLOCKS
from measurement.trial_meaning import meaning_of, weeks_of


def measure_trials(*, as_of: datetime) -> int:
    """Measure every version on trial afresh; how many promises."""
    return sum(measure_trial(version, as_of=as_of) for version in AgreementVersion.objects.on_trial())


def measure_trial(version: AgreementVersion, *, as_of: datetime) -> int:
    """Measure one version since its trial began, by what it says today; how many promises.

    Results of promises that it has no more go. A result is replaced only by a later one.
    """
    if version.trial_since is None:
        return 0
    as_of = as_of.replace(microsecond=0)
    rows: Any = version.commitments.select_related("version__agreement", "calendar").order_by("position")
    results = [_measured(row, version.trial_since, as_of) for row in rows]
    with transaction.atomic():
        still = AgreementVersion.objects.on_trial().select_for_update().filter(pk=version.pk)
        if not still.exists():  # signed, or taken back, while it was measured
            return 0
        version.trial_results.exclude(measured_at__gt=as_of).delete()
        known = set(version.trial_results.values_list("commitment_key", flat=True))
        TrialResult.objects.bulk_create(result for result in results if result.commitment_key not in known)
    return len(results)


def forget(version: AgreementVersion) -> None:
    """Take away what a trial came to."""
    version.trial_results.all().delete()


def _measured(row: Commitment, since: datetime, as_of: datetime) -> TrialResult:
    promise = replace(promise_of(row), starts_at=since, ends_at=None)
    window = Window(since, as_of, () if promise.kind in BY_CLOCKS else tuple(_periods(promise, since, as_of)))
    found, judged = held_against(promise, window, as_of=as_of, limit=None)  # unlike a preview
    figures: dict[str, Any] = {
        "since": since.isoformat(),
        "until": as_of.isoformat(),
        "clocks": asdict(found.clocks) if found.clocks else None,
        "weeks": weeks_of(promise, judged.clocks, as_of=as_of),
        "periods": [_period(period, as_of) for period in found.periods],
        "meant": asdict(meaning_of(promise, judged.clocks, found.periods, as_of=as_of)),
        "binding": _binding(promise, since, as_of),
    }
    return TrialResult(version_id=row.version_id, commitment_key=row.key, figures=figures, measured_at=as_of)


def _periods(promise: Promise, since: datetime, as_of: datetime) -> Iterator[Span]:
    """The periods of the trial, the first cut where it begins, the last one still running."""
    at = since
    while at < as_of:
        whole = period_around(
            at, promise.terms.per, zone=promise.timezone, fiscal_year_start=settings.FISCAL_YEAR_START
        )
        yield Span(at, whole.end)
        at = whole.end


def _period(period: PeriodFigures, as_of: datetime) -> dict[str, Any]:
    """``verdict`` is null while the period runs: nobody can have missed it yet."""
    over = period.span.end <= as_of
    return {
        "start": period.span.start.isoformat(),
        "end": period.span.end.isoformat(),
        "value": None if period.value is None else float(period.value),
        "numerator": period.numerator,
        "denominator": period.denominator,
        "target": None if period.target is None else _target(period.target),
        "verdict": str(period.verdict) if over else None,
    }


def _target(target: Target) -> dict[str, Any]:
    return {"op": target.op, "value": str(target.value), "percent": target.percent}


def _binding(promise: Promise, since: datetime, as_of: datetime) -> dict[str, int] | None:
    """What the signed promise of the same key came to in the same time; None where there is none."""
    signed = Commitment.objects.signed().filter(key=promise.key, version__starts_at__lte=as_of)
    number = signed.order_by("-version__starts_at").values_list("version__number", flat=True).first()
    if number is None:
        return None
    if promise.kind in BY_CLOCKS:
        clocks = Clock.objects.for_commitment(promise.key).filter(started_at__gte=since)
        met, missed = clocks.filter(state="met").count(), clocks.missed(as_of).count()
        return {"version": number, "kept": met, "of": met + missed}
    readings = Reading.objects.filter(
        commitment_key=promise.key, each="team", period_start__gte=since, final_at__lte=as_of
    )
    kept = readings.filter(verdict="kept").count()
    return {"version": number, "kept": kept, "of": kept + readings.filter(verdict="missed").count()}
