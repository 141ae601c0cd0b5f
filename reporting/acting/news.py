"""Who hears of what somebody did with a breach; held back for as long as it may be undone."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from core.models import AuditEntry
from people.models import User
from reporting.deciding import deciders
from reporting.enums import NoticeKind
from reporting.members import users_of_members
from reporting.models import Breach
from reporting.noticing.recipients import Recipients
from reporting.noticing.telling import tell, untell

#: For so long an act can be taken back, and nobody is told of it.
UNDO_FOR = timedelta(seconds=30)
#: A request that began in time may take this long to be done.
TOLD_AFTER = UNDO_FOR + timedelta(seconds=15)


def tell_assigned(breach: Breach, entry: AuditEntry, *, to: User, by: Any, as_of: datetime) -> None:
    """Whoever it is given to."""
    _tell(NoticeKind.ASSIGNED, breach, entry, [to], by, as_of)


def tell_resolved(breach: Breach, entry: AuditEntry, *, by: Any, as_of: datetime) -> None:
    """Whoever owed it or had it assigned."""
    _tell(NoticeKind.RESOLVED, breach, entry, _owing(breach), by, as_of)


def tell_disputed(breach: Breach, entry: AuditEntry, *, by: Any, as_of: datetime) -> None:
    """The managers of the other team, who decide, and those of the team that owes."""
    managers = Recipients([], as_of=as_of).managers_of_team(breach.team_id)
    _tell(NoticeKind.DISPUTED, breach, entry, [*deciders(breach, as_of=as_of), *managers], by, as_of)


def tell_waived(breach: Breach, entry: AuditEntry, *, by: Any, as_of: datetime) -> None:
    """Whoever owed it, disputed it, or manages who does."""
    managers = Recipients([], as_of=as_of).managers_of_team(breach.team_id)
    _tell(NoticeKind.WAIVED, breach, entry, [*_disputing(breach), *managers], by, as_of)


def tell_refused(breach: Breach, entry: AuditEntry, *, by: Any, as_of: datetime) -> None:
    """Whoever owed or disputed it."""
    _tell(NoticeKind.DISPUTE_REFUSED, breach, entry, _disputing(breach), by, as_of)


def tell_commented(
    breach: Breach, entry: AuditEntry, *, mentioned: Iterable[User], by: Any, as_of: datetime
) -> None:
    """Whoever is mentioned, as such; and who owes it, disputed it or said something before."""
    mentioned = list(mentioned)
    _tell(NoticeKind.MENTIONED, breach, entry, mentioned, by, as_of)
    others = [*_disputing(breach), *_commenting(breach)]
    _tell(NoticeKind.COMMENTED, breach, entry, [one for one in others if one not in mentioned], by, as_of)


def untell_act(entry: AuditEntry) -> None:
    """The act was taken back: nobody hears of it."""
    untell(_key(entry))


def _tell(
    kind: NoticeKind, breach: Breach, entry: AuditEntry, to: Iterable[User], by: Any, as_of: datetime
) -> None:
    others = {user.pk: user for user in to if user.is_active and user.pk != getattr(by, "pk", None)}
    tell(kind, to=others.values(), key=_key(entry), as_of=as_of, breach=breach, hold=TOLD_AFTER)


def _key(entry: AuditEntry) -> str:
    return f"{entry.verb}:{entry.pk}"


def _owing(breach: Breach) -> list[User]:
    owner = users_of_members([breach.owner_id]).get(breach.owner_id)
    return [user for user in (breach.assignee, owner) if user is not None]


def _disputing(breach: Breach) -> list[User]:
    return [*_owing(breach), *User.objects.filter(pk__in=breach.disputes.values("by"))]


def _commenting(breach: Breach) -> list[User]:
    return list(User.objects.filter(pk__in=breach.comments.values("author")))
