"""Whose, and of which origin, the counted units of a reading are: rows that add up to its headline."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Any

from leads.models import Ref
from measurement.explaining import members_named
from measurement.readings.rows import decimal
from measurement.readings.shown import share

MaySee = Callable[[int | None], bool]
#: Owner (ref id) or origin, None for nobody and unknown; how many have it; how many are counted.
Counts = tuple[Any, int, int]


def shares_of(
    by_owner: Collection[Counts], by_origin: Collection[Counts], *, of_a_whole: bool, may_see: MaySee
) -> dict[str, list[dict[str, Any]]]:
    """``owner`` and ``origin``: rows of key, numerator, denominator and value, those with most units first.

    The key is a name, or an origin; None for nobody's, for unknown ones, and for all whose name the reader
    may not see, together. ``of_a_whole``: whether a share is counted; else rows have a number only.
    """
    names = _names((owner for owner, _, _ in by_owner if owner is not None), may_see)
    owners = _together((names.get(owner), having, whole) for owner, having, whole in by_owner)
    origins = _together(by_origin)
    return {
        "owner": [_row(key, *numbers, of_a_whole) for key, numbers in owners],
        "origin": [_row(key, *numbers, of_a_whole) for key, numbers in origins],
    }


def _names(owners: Iterable[int], may_see: MaySee) -> dict[int, str]:
    """What people are called; who is known by an id only (a member that was never sent) by that."""
    refs = set(owners)
    unknown = Ref.objects.filter(id__in=refs, placeholder=True) if may_see(None) else ()
    return {ref.id: ref.external_id for ref in unknown} | members_named(refs, may_see)


def _together(counts: Iterable[Counts]) -> list[tuple[str | None, tuple[int, int]]]:
    found: dict[str | None, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for key, having, whole in counts:
        before = found[key]
        found[key] = (before[0] + having, before[1] + whole)
    return sorted(found.items(), key=lambda pair: (pair[0] is None, -pair[1][1], pair[0]))


def _row(key: str | None, having: int, whole: int, of_a_whole: bool) -> dict[str, Any]:
    if not of_a_whole:
        return {"key": key, "numerator": having, "denominator": None, "value": float(having)}
    return {"key": key, "numerator": having, "denominator": whole, "value": decimal(share(having, whole))}
