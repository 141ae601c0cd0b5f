"""Baselines as they count: what was pinned, else what the window comes to by the facts known now."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from agreements.enums import Kind
from agreements.terms import Promise
from measurement.models import Baseline
from measurement.periods import Span, midnight, spans_of_days
from measurement.readings import tallies
from measurement.readings.tallies import Tally
from measurement.targets import Sample


def window_of(promise: Promise) -> Span | None:
    """The baseline's window, in the promise's zone, both days included; None without one."""
    days = getattr(promise.terms, "baseline", None) if promise.kind is Kind.RATE else None
    if days is None:
        return None
    first, last = days
    return Span(midnight(first, promise.timezone), midnight(last + timedelta(days=1), promise.timezone))


def sample_now(promise: Promise, window: Span) -> Sample:
    """The baseline as the facts known now give it.

    Of events: those in the window. Of records: all day ends of the window together, so that each day weighs
    as many records as it had.
    """
    if isinstance(promise.terms.of, str):
        ends = [span.end for span in spans_of_days(window, promise.timezone)]
        total = sum(tallies.lasting([(promise.key, end) for end in ends]), Tally())
    else:
        counted = (promise.key, window)
        total = tallies.of_the_team(tallies.happened([counted]).get(counted, {}))
    return Sample(total.having, total.counted)


def samples(promises: Iterable[Promise]) -> Mapping[int, dict[str, Any]]:
    """What each of these versions' baselines comes to, by commitment id, for those that have one.

    ``sample`` (a ``Sample``), ``pinned`` (whether by hand) and the ``window``'s days.
    """
    wanted = {p.commitment_id: (p, window) for p in promises if (window := window_of(p)) is not None}
    pinned = {row.pk: row for row in Baseline.objects.pinned().filter(pk__in=wanted)} if wanted else {}
    found: dict[int, dict[str, Any]] = {}
    for pk, (promise, window) in wanted.items():
        row = pinned.get(pk)
        sample = sample_now(promise, window) if row is None else pinned_sample(row)
        found[pk] = {"sample": sample, "pinned": row is not None, "days": promise.terms.baseline}
    return found


def pinned_sample(row: Baseline) -> Sample:
    """What was pinned by hand."""
    return Sample(row.pinned_numerator or 0, row.pinned_denominator or 0)
