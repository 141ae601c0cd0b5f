"""Teams and who belongs to them, kept by hand; every change has what it may touch judged again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from core import audit
from core.enums import MarkKind
from core.marks import mark
from people.enums import MembershipOrigin, Role
from people.models import Membership, Team, User

#: The mark's reference that means: whoever belongs to any team.
EVERYBODY = 0
FIELDS = ("name", "side", "timezone", "report_hour")


class AlreadyMemberError(ValueError):
    """The person belongs to the team in this role already."""


@transaction.atomic
def make_team(*, slug: str, by: User, as_of: datetime, **fields: Any) -> Team:
    """Make a team with ``name``, ``side``, ``timezone``, ``report_hour`` and ``parent``."""
    team = Team.objects.create(slug=slug, **fields)
    _note(team, "add", by, None, {"slug": slug} | _shown(team), as_of)
    return team


@transaction.atomic
def change_team(team: Team, *, changes: Mapping[str, Any], by: User, as_of: datetime) -> Team:
    """Change name, side, zone, report hour or the team above it; a new team above moves its people's acts."""
    locked = Team.objects.select_for_update().get(pk=team.pk)
    before, parent = _shown(locked), locked.parent_id
    for name, value in changes.items():
        setattr(locked, name, value)
    locked.save()
    if (after := _shown(locked)) != before:
        _note(locked, "change", by, before, after, as_of)
    if locked.parent_id != parent:
        mark(MarkKind.PEOPLE, [EVERYBODY], as_of=as_of)
    return locked


@transaction.atomic
def join(user: User, team: Team, *, role: Role, since: datetime, by: User, as_of: datetime) -> Membership:
    """The person belongs to the team from an instant on; in another role before, that role ends then.

    Raises AlreadyMemberError.
    """
    User.objects.select_for_update().get(pk=user.pk)
    open_ones = Membership.objects.by_hand().filter(user=user, team=team, during__endswith=None)
    for membership in open_ones:
        if membership.role == role:
            raise AlreadyMemberError
        _end(membership, max(since, membership.during.lower) if membership.during.lower else since)
    made = Membership.objects.create(
        user=user,
        team=team,
        role=role,
        during=DateTimeTZRange(since, None),
        origin=MembershipOrigin.HAND,
    )
    mark(MarkKind.PEOPLE, [user.pk], as_of=as_of)
    _note(team, "join", by, None, {"user": user.email, "role": str(role), "since": since.isoformat()}, as_of)
    return made


@transaction.atomic
def leave(membership: Membership, *, by: User, as_of: datetime) -> None:
    """A membership that was entered by hand ends now; what was done before counts as before."""
    locked = Membership.objects.by_hand().select_for_update().get(pk=membership.pk)
    _end(locked, as_of)
    mark(MarkKind.PEOPLE, [locked.user_id], as_of=as_of)
    _note(locked.team, "leave", by, {"user": locked.user.email, "role": locked.role}, None, as_of)


def _end(membership: Membership, at: datetime) -> None:
    """One that would last no time never was."""
    lower = membership.during.lower
    if lower is not None and lower >= at:
        membership.delete()
        return
    membership.during = DateTimeTZRange(lower, at)
    membership.save(update_fields=["during"])


def _shown(team: Team) -> dict[str, Any]:
    return {name: getattr(team, name) for name in FIELDS} | {"parent": str(team.parent or "")}


def _note(team: Team, verb: str, by: User, before: Any, after: Any, as_of: datetime) -> None:
    audit.record(
        actor=by,
        verb=verb,
        object_type="team",
        object_id=team.slug,
        before=before,
        after=after,
        as_of=as_of,
    )
