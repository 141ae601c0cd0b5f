"""What a baseline was when its version was signed: kept once, shown beside what it is now."""

from collections.abc import Iterable
from datetime import datetime

from agreements.terms import Promise
from core import marks
from core.enums import MarkKind
from measurement.models import Baseline, TouchedSubject
from measurement.readings.samples import sample_now, window_of

_JUDGED = (MarkKind.EVENT, MarkKind.RECORD, MarkKind.PEOPLE, MarkKind.DEFINITION)


def keep_signed(promises: Iterable[Promise], *, as_of: datetime) -> None:
    """Note the baselines of versions that have no note yet, as the facts known now give them.

    Only when nothing waits to be judged, for a count of half of history would be kept for ever; and only of
    a window in which something was counted: where the facts arrive after the signing, the first that count.
    """
    windows = {p.commitment_id: (p, window) for p in promises if (window := window_of(p)) is not None}
    noted = set(Baseline.objects.filter(pk__in=windows).values_list("pk", flat=True)) if windows else set()
    if windows.keys() == noted or _waits(as_of):
        return
    rows = []
    for pk, (promise, window) in windows.items():
        sample = None if pk in noted else sample_now(promise, window)
        if sample and sample.denominator:
            rows.append(
                Baseline(
                    commitment_id=pk,
                    signed_at=as_of,
                    numerator=sample.numerator,
                    denominator=sample.denominator,
                )
            )
    Baseline.objects.bulk_create(rows, ignore_conflicts=True)


def _waits(as_of: datetime) -> bool:
    return TouchedSubject.objects.exists() or bool(marks.pending(_JUDGED, as_of=as_of))
