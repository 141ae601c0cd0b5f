"""Where a clock went whose row is gone: rebuilt under its own key, or moved with a merge of records."""

from collections.abc import Collection, Iterator

from leads.models import Ref
from measurement.models import Clock
from reporting.watching.judgements import Natural, natural


def successors(lost: Collection[Natural]) -> Iterator[tuple[Natural, Clock]]:
    """The lost keys with the clock that continues each; those without one are left out."""
    if not lost:
        return
    subjects = {subject for _, subject, _ in lost}
    merged = Ref.objects.filter(id__in=subjects, merged_into__isnull=False)
    moved = {old: new for old, new in merged.values_list("id", "merged_into") if new}
    rows = Clock.objects.filter(
        commitment_key__in={key for key, _, _ in lost},
        subject_id__in=subjects | set(moved.values()),
        start_key__in={start for _, _, start in lost},
    )
    present = {natural(clock): clock for clock in rows}
    for key, subject, start in lost:
        clock = present.get((key, subject, start)) or present.get((key, moved.get(subject, subject), start))
        if clock:
            yield (key, subject, start), clock
