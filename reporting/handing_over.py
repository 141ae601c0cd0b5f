"""What somebody who is gone still has open, and giving it to somebody else in one step."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.audit import record
from leads.models import Member
from measurement.models import Clock
from people.absences import hand_over, refused
from people.models import Absence, User
from reporting.acting import assign
from reporting.enums import BreachState, NoticeKind
from reporting.models import Breach
from reporting.noticing import tell

ASSIGNABLE = (BreachState.OPEN, BreachState.ACKNOWLEDGED)


@dataclass(frozen=True, slots=True)
class Estate:
    """What one person has open: clocks by commitment key, and exceptions still to be dealt with."""

    user: User
    clocks: Counter[str] = field(default_factory=Counter)
    breaches: int = 0

    @property
    def open_clocks(self) -> int:
        """How many clocks run in the person's name."""
        return sum(self.clocks.values())

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to hand over."""
        return not self.clocks and not self.breaches


def gone(*, as_of: datetime) -> QuerySet[User]:
    """People who are not there any more: deactivated here, inactive or deleted in every CRM, or left."""
    there = Member.objects.filter(user__isnull=False, deleted_at__isnull=True).exclude(active=False)
    known = Member.objects.filter(user__isnull=False)
    left = Absence.objects.filter(kind="left", during__contains=as_of)
    no_member_is_active = Q(pk__in=known.values("user_id")) & ~Q(pk__in=there.values("user_id"))
    return User.objects.filter(
        Q(is_active=False) | no_member_is_active | Q(pk__in=left.values("user_id"))
    ).order_by("name", "email")


def estates(users: Iterable[User]) -> list[Estate]:
    """What each of these people has open, in three statements; those with nothing are left out."""
    people = {user.pk: user for user in users}
    members = dict(Member.objects.filter(user_id__in=people).values_list("ref_id", "user_id"))
    clocks: dict[int, Counter[str]] = {user: Counter() for user in people}
    rows = Clock.objects.open().filter(owner_id__in=members).values_list("owner_id", "commitment_key")
    for owner, key in rows:
        clocks[members[owner or 0]][key] += 1
    breaches: Counter[int] = Counter()
    theirs = _live(people, members).values_list("assignee_id", "owner_id")
    for assignee, owner in theirs:
        breaches[assignee if assignee in people else members[owner or 0]] += 1
    found = (Estate(user, clocks[pk], breaches[pk]) for pk, user in people.items())
    return [estate for estate in found if not estate.is_empty]


@transaction.atomic
def hand_everything_over(user: User, *, to: User | None, by: Any, as_of: datetime) -> Estate:
    """Open clocks and exceptions of somebody who is gone become another's, from now on; what was handed over.

    The records themselves stay as the CRM has them: their clocks are judged again and follow within moments,
    new ones too, until the CRM names another owner. ``to`` None: they become nobody's, first on the manager's
    list. Raises Problem 422 (``to``) where the receiver is the person, inactive, or unknown to every CRM, so
    that nothing could be theirs.
    """
    _check(user, to)
    handed = next(iter(estates([user])), Estate(user))
    hand_over(user, to=to, by=by, as_of=as_of)
    members = dict(Member.objects.filter(user=user).values_list("ref_id", "user_id"))
    note = _("Handed over by %(by)s.") % {"by": by}
    for breach in list(_live({user.pk}, members).select_related("assignee")):
        if to is not None and breach.state in ASSIGNABLE:
            assign(breach, to=to, by=by, as_of=as_of, note=breach.note or note)
        elif breach.assignee_id == user.pk:
            _leave_to_nobody(breach, by, as_of)
    if to is not None:
        body = {"leaver": user.pk, "clocks": handed.open_clocks, "breaches": handed.breaches}
        key = f"handed-over:{user.pk}:{int(as_of.timestamp())}"
        tell(NoticeKind.HANDED_OVER, to=[to], key=key, as_of=as_of, body=body)
    return handed


def _check(user: User, to: User | None) -> None:
    if to is None:
        return
    if to.pk == user.pk:
        raise refused("to", _("choose somebody else"))
    if not Member.objects.filter(user=to, deleted_at__isnull=True).exists():
        message = _("%(name)s is not known to the CRM, so that nothing can be theirs; choose somebody else")
        raise refused("to", message % {"name": to})


def _live(user_ids: Collection[int], members: Collection[int]) -> QuerySet[Breach]:
    theirs = Q(assignee_id__in=user_ids) | Q(assignee__isnull=True, owner_id__in=members)
    return Breach.objects.live().filter(theirs)


def _leave_to_nobody(breach: Breach, by: Any, as_of: datetime) -> None:
    before = breach.assignee_id
    breach.assignee = None
    breach.save(update_fields=["assignee"])
    record(
        actor=by,
        verb="breach.handed_over",
        object_type="reporting.breach",
        object_id=breach.pk,
        before={"assignee": before},
        after={"assignee": None},
        as_of=as_of,
    )
