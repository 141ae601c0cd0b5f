"""Agreeing that a miss does not count, and taking that back; what is agreed is judged again by its mark."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from core.audit import record
from core.enums import MarkKind
from core.marks import Mark, mark
from measurement.models import Exclusion
from measurement.waivers import Key, Waiver

#: Waivers of the clocks of records, and of those that were merged into them, by who survived. Found first:
#: otherwise the record of every waiver there is may be looked up.
OF_SUBJECTS = """
WITH asked AS (
    SELECT unnest(%(refs)s::bigint[]) AS id UNION SELECT id FROM leads_ref WHERE merged_into = ANY (%(refs)s)
), found AS MATERIALIZED (
    SELECT x.* FROM asked JOIN measurement_exclusion x ON x.subject_id = asked.id WHERE x.ended_at IS NULL
)
SELECT x.commitment_key, COALESCE(ref.merged_into, ref.id), x.start_key, x.at, x.until
FROM found x JOIN leads_ref ref ON ref.id = x.subject_id ORDER BY x.at, x.id
"""
OBJECT = "measurement.exclusion"


class ExcludedAlreadyError(ValueError):
    """The miss does not count already."""


def exclude_clock(
    *,
    commitment_key: str,
    subject_id: int,
    start_key: str,
    by: Any,
    why: str,
    until: datetime | None = None,
    as_of: datetime,
) -> Exclusion:
    """Agree that a missed clock does not count; with ``until``, only if it is done by then.

    Raises ExcludedAlreadyError where that is agreed already. What an earlier agreement came to whose time is
    over stays as it was written, ended.
    """
    of = {"commitment_key": commitment_key, "subject_id": subject_id, "start_key": start_key}
    return _exclude(of, by=by, why=why, until=until, as_of=as_of)


def exclude_period(
    *, commitment_key: str, period_start: datetime, each: str, by: Any, why: str, as_of: datetime
) -> Exclusion:
    """Agree that a missed period does not count, for good: nobody can do anything in it any more.

    Raises ExcludedAlreadyError where that is agreed already.
    """
    of = {"commitment_key": commitment_key, "period_start": period_start, "each": each}
    return _exclude(of, by=by, why=why, until=None, as_of=as_of)


@transaction.atomic
def take_back(exclusions: Iterable[Exclusion], *, by: Any, as_of: datetime) -> int:
    """The misses count again from now on; how many of these agreements had not ended before."""
    taken = list(
        Exclusion.objects.select_for_update()
        .filter(pk__in=[one.pk for one in exclusions], ended_at__isnull=True)
        .order_by("pk")
    )
    for exclusion in taken:
        _end(exclusion, by, as_of)
    mark(MarkKind.EXCLUSION, [one.pk for one in taken], as_of=as_of)
    return len(taken)


def waivers_of(refs: Collection[int]) -> Mapping[Key, Sequence[Waiver]]:
    """What is agreed about clocks of these records, and of those merged into them; one statement."""
    found: dict[Key, list[Waiver]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(OF_SUBJECTS, {"refs": list(refs)})
        for key, subject, start_key, at, until in cursor.fetchall():
            found[key, subject, start_key].append(Waiver(at, until))
    return found


def waived_periods(keys: Collection[str]) -> Mapping[tuple[str, datetime, str], datetime]:
    """Since when missed periods of these commitments do not count, by commitment, start and whose it is."""
    rows = Exclusion.objects.filter(
        commitment_key__in=keys, period_start__isnull=False, ended_at__isnull=True
    ).values_list("commitment_key", "period_start", "each", "at")
    return {(key, start, each): at for key, start, each, at in rows if start is not None}


def periods_concerned(marks: Iterable[Mark]) -> list[tuple[str, datetime]]:
    """(commitment key, start) of the periods that these marks say are to be counted again."""
    ids = [one.ref_id for one in marks if one.kind == MarkKind.EXCLUSION]
    if not ids:
        return []
    rows = Exclusion.objects.filter(pk__in=ids, period_start__isnull=False)
    return [(key, start) for key, start in rows.values_list("commitment_key", "period_start") if start]


@transaction.atomic
def _exclude(of: dict[str, Any], *, by: Any, why: str, until: datetime | None, as_of: datetime) -> Exclusion:
    # The same second for everybody who judges by it: verdicts are in whole seconds.
    at, until = as_of.replace(microsecond=0), until and until.replace(microsecond=0)
    known = {"subject_id": None, "start_key": "", "period_start": None, "each": ""} | of
    standing = Exclusion.objects.select_for_update().filter(
        _exactly(known), commitment_key=of["commitment_key"], ended_at__isnull=True
    )
    for earlier in standing:
        if earlier.until is None or at < earlier.until:
            raise ExcludedAlreadyError(f"{earlier} since {earlier.at}")
        _end(earlier, by, as_of)
    made = Exclusion.objects.create(
        **known, by=by if getattr(by, "pk", None) else None, by_label=str(by or "")[:200],
        at=at, why=why, until=until,
    )  # fmt: skip
    after = {**{name: _plain(value) for name, value in of.items()}, "why": why, "until": _plain(until)}
    record(actor=by, verb="exclusion.begin", object_type=OBJECT, object_id=made.pk, after=after, as_of=as_of)
    mark(MarkKind.EXCLUSION, [made.pk], as_of=as_of)
    if until is not None:  # what is not done by then counts again from then on
        mark(MarkKind.EXCLUSION, [made.pk], as_of=as_of, ready_at=until)
    return made


def _exactly(known: Mapping[str, Any]) -> Q:
    """A clock or a period, without the merges that may have moved it since."""
    found = Q()
    for name in ("subject_id", "start_key", "period_start", "each"):
        found &= Q(**{f"{name}__isnull": True}) if known[name] is None else Q(**{name: known[name]})
    return found


def _end(exclusion: Exclusion, by: Any, as_of: datetime) -> None:
    exclusion.ended_at = as_of
    exclusion.save(update_fields=["ended_at"])
    record(
        actor=by, verb="exclusion.end", object_type=OBJECT, object_id=exclusion.pk, before={"ended_at": None},
        after={"ended_at": as_of.isoformat()}, as_of=as_of,
    )  # fmt: skip


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
