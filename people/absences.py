"""Being away and being covered: who enters it, who receives meanwhile, and what is judged again for it.

An act on behalf of a person counts as theirs while the actor covers them, and what a leaver owned is their
cover's; so every change of an absence marks the people concerned and their promises are judged again, however
late it is entered (measurement.ownership).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils.translation import gettext as _

from core.audit import record
from core.enums import MarkKind
from core.marks import mark
from core.problems import Problem
from people.covering import Away, Covers, covered_by
from people.enums import AbsenceKind
from people.models import Absence, User

#: From an instant, which counts, until another, which does not; None: for good (of a leaver only).
Period = tuple[datetime, datetime | None]


def absences_at(user_ids: Iterable[int], at: datetime) -> dict[int, Absence]:
    """The absence of each of these people who is away at the instant, with its cover, by user id."""
    rows = Absence.objects.filter(user_id__in=set(user_ids), during__contains=at)
    return {row.user_id: row for row in rows.select_related("cover")}


def receivers(users: Iterable[User], at: datetime) -> dict[int, User]:
    """Who receives at the instant what is meant for these people, by user id; two statements.

    Themselves; while they are away their cover, else the cover's cover, no further; of who left their cover.
    Somebody for whom nobody active receives is missing: what is theirs is nobody's and goes to their manager.
    """
    asked = {user.pk: user for user in users}
    covers = covers_at(at)
    receiving = {user: covers.receiver(user, at) for user in asked}
    others = {user for user in receiving.values() if user is not None and user not in asked}
    known = asked | (User.objects.in_bulk(others) if others else {})
    found = {user: known.get(receiver) for user, receiver in receiving.items() if receiver is not None}
    return {user: receiver for user, receiver in found.items() if receiver and receiver.is_active}


def covers_at(at: datetime) -> Covers:
    """Everybody who is away at the instant; one statement."""
    return Covers(_plain(Absence.objects.filter(during__contains=at)))


def covers_among(user_ids: Iterable[int]) -> Covers:
    """The absences of these people, of all times; one statement."""
    return Covers(_plain(Absence.objects.filter(user_id__in=set(user_ids))))


def covers_of_all_times() -> Covers:
    """Whatever may ever make one person act or own for another; one statement."""
    return Covers(_plain(Absence.objects.filter(Q(kind=AbsenceKind.LEFT) | Q(cover__isnull=False))))


def stands_in_for(user_ids: Iterable[int]) -> set[int]:
    """These people and everybody whom they ever cover, through others too; one statement."""
    rows = Absence.objects.filter(cover__isnull=False).values_list("cover_id", "user_id")
    whom: dict[int, list[int]] = defaultdict(list)
    for cover, user in rows:
        whom[cover].append(user)
    return covered_by(user_ids, whom)


def covered_now(user: User, at: datetime) -> list[User]:
    """Whom the person stands in for at the instant, by name; two statements."""
    return list(User.objects.filter(pk__in=covered_ids(user.pk, at)).order_by("name", "email"))


def covered_ids(user_id: int, at: datetime) -> set[int]:
    """Whom the person stands in for at the instant, by user id; one statement."""
    covers = covers_at(at)
    return {other for other in covers.people() if user_id in covers.stand_ins(other, at)} - {user_id}


@transaction.atomic
def take(
    user: User,
    *,
    during: Period,
    cover: User | None,
    by: Any,
    as_of: datetime,
    kind: AbsenceKind = AbsenceKind.AWAY,
) -> Absence:
    """Enter an absence, past, present or ahead; a leaver's (``kind``) has no end unless one is given.

    Raises Problem 422 naming the field: an end before the start, a cover who is the person or cannot sign in,
    an overlap with an absence that is known already.
    """
    _lock(user)
    start, end = _whole(during[0]), _whole(during[1])
    _check(user, start, end, cover, kind, but=None)
    absence = Absence.objects.create(
        user=user,
        kind=kind,
        during=DateTimeTZRange(start, end),
        cover=cover,
        created_at=as_of,
        created_by=_person(by),
    )
    _judge_again(absence, as_of)
    _note(absence, "taken", by, None, as_of)
    return absence


@transaction.atomic
def change(absence: Absence, *, during: Period, cover: User | None, by: Any, as_of: datetime) -> Absence:
    """Give an absence other dates or another cover, for its whole time. Raises as ``take``."""
    _lock(absence.user)
    start, end = _whole(during[0]), _whole(during[1])
    _check(absence.user, start, end, cover, AbsenceKind(absence.kind), but=absence)
    before = described(absence)
    _judge_again(absence, as_of)  # from its earlier start on, too
    absence.during, absence.cover = DateTimeTZRange(start, end), cover
    absence.save(update_fields=["during", "cover"])
    _judge_again(absence, as_of)
    _note(absence, "changed", by, before, as_of)
    return absence


@transaction.atomic
def end(absence: Absence, *, by: Any, as_of: datetime) -> Absence | None:
    """Back now: the absence ends at ``as_of``; one that lies ahead is taken away (None), a past one stays."""
    _lock(absence.user)
    before = described(absence)
    at, (start, last) = _whole(as_of), bounds_of(absence)
    if last is not None and last <= at:
        return absence
    _judge_again(absence, as_of)
    if start >= at:
        take_away(absence, by=by, as_of=as_of)
        return None
    absence.during = DateTimeTZRange(start, at)
    absence.save(update_fields=["during"])
    _note(absence, "ended", by, before, as_of)
    return absence


@transaction.atomic
def take_away(absence: Absence, *, by: Any, as_of: datetime) -> None:
    """The absence was entered in error: it never was, whatever was judged by it is judged again."""
    _lock(absence.user)
    _judge_again(absence, as_of)
    _note(absence, "taken back", by, described(absence), as_of, gone=True)
    absence.delete()


@transaction.atomic
def hand_over(user: User, *, to: User | None, by: Any, as_of: datetime) -> Absence:
    """What the person owns is somebody else's from now on, in one step; ``to`` None: nobody's, shown first.

    The person left: absences under way end now, those ahead are taken away. Who was handed over before is
    handed on; until now it stays with whom it was given to. Raises Problem 422 as ``take``.
    """
    _lock(user)
    at = _whole(as_of)
    for absence in Absence.objects.filter(user=user, during__endswith__gt=at):
        end(absence, by=by, as_of=as_of)
    for absence in Absence.objects.filter(user=user, during__upper_inf=True):
        end(absence, by=by, as_of=as_of)
    return take(user, during=(at, None), cover=to, by=by, as_of=as_of, kind=AbsenceKind.LEFT)


def described(absence: Absence) -> dict[str, Any]:
    """An absence as the audit trail keeps it."""
    start, end_ = bounds_of(absence)
    return {
        "kind": str(absence.kind),
        "from": start.isoformat(),
        "until": end_.isoformat() if end_ else None,
        "cover": absence.cover.email if absence.cover else None,
    }


def bounds_of(absence: Absence) -> Period:
    """From when until when, None for good: that an absence begins is a law of the database."""
    during: Any = absence.during
    return during.lower, during.upper


def judge_again(
    user_ids: Collection[int],
    *,
    instants: Iterable[datetime | None] = (),
    since: datetime | None = None,
    as_of: datetime,
) -> None:
    """Mark these people and whom they stand in for: their promises may be judged differently now.

    ``instants`` that lie ahead, at which records pass to somebody else, are marked to be looked at then.
    ``since``: what lies before it is untouched; None: unknown.
    """
    concerned = stands_in_for(user_ids)
    mark(MarkKind.PEOPLE, concerned, as_of=as_of, from_instant=since)
    for instant in instants:
        if instant is not None and instant > as_of:
            mark(MarkKind.PEOPLE, concerned, as_of=as_of, from_instant=since, ready_at=instant)


def _judge_again(absence: Absence, as_of: datetime) -> None:
    bounds = bounds_of(absence)
    instants: Period | tuple[()] = bounds if absence.kind == AbsenceKind.LEFT else ()
    judge_again([absence.user_id], instants=instants, since=bounds[0], as_of=as_of)


def _plain(rows: Any) -> list[Away]:
    found = rows.values_list("user_id", "cover_id", "kind", "during")
    return [
        Away(user, cover, kind == AbsenceKind.LEFT, _whole(during.lower), _whole(during.upper))
        for user, cover, kind, during in found
    ]


def _check(
    user: User,
    start: datetime,
    end: datetime | None,
    cover: User | None,
    kind: AbsenceKind,
    *,
    but: Absence | None,
) -> None:
    if end is None and kind is not AbsenceKind.LEFT:
        raise refused("until", _("say until when; only who leaves for good has no last day"))
    if end is not None and end <= start:
        raise refused("until", _("lies before the start; choose a later one"))
    if cover is not None and cover.pk == user.pk:
        raise refused("cover", _("nobody covers themselves; choose somebody else or leave it empty"))
    if cover is not None and not cover.is_active:
        raise refused("cover", _("%(name)s is not active any more; choose somebody else") % {"name": cover})
    others = Absence.objects.filter(user=user, during__overlap=DateTimeTZRange(start, end))
    if other := others.exclude(pk=but.pk if but else 0).first():
        known = described(other)
        raise refused(
            "from",
            _("overlaps an absence that is entered already (%(from)s – %(until)s); change that one")
            % {"from": known["from"][:16], "until": (known["until"] or "…")[:16]},
        )


def refused(field: str, message: str) -> Problem:
    """A field that cannot be so, with what to do."""
    errors = [{"field": field, "code": "invalid", "message": message}]
    return Problem(422, "Unprocessable Content", f"{field}: {message}.", errors=errors)


def _lock(user: User) -> None:
    """Two entries about one person one after the other: the second is told what it overlaps."""
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)


def _note(absence: Absence, verb: str, by: Any, before: Any, as_of: datetime, *, gone: bool = False) -> None:
    record(
        actor=by,
        verb=f"absence.{verb.replace(' ', '_')}",
        object_type="people.user",
        object_id=absence.user_id,
        before=before,
        after=None if gone else described(absence),
        as_of=as_of,
    )


def _person(by: Any) -> User | None:
    return by if isinstance(by, User) else None


def _whole(instant: Any) -> Any:
    """Whole seconds: what is finer is cut off before judging."""
    return None if instant is None else instant.replace(microsecond=0)
