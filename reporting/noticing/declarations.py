"""Facts declared by hand, told to those who decide on them, and the decision to whoever declared."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from leads.declaring import Said, declare, refute
from leads.models import Declaration
from people.models import Team, User
from reporting.declared.sight import facing
from reporting.enums import NoticeKind
from reporting.noticing.recipients import Recipients
from reporting.noticing.telling import tell, untell


@transaction.atomic
def declare_and_tell(
    said: Said, *, by: User, as_of: datetime, team: Team | None = None, actor: Any = None
) -> Declaration:
    """Declare, and tell the managers of the teams that may confirm or refute it. Raises Problem."""
    declaration = declare(said, by=by, actor=actor, team=team, as_of=as_of)
    recipients = Recipients([], as_of=as_of)
    parties = facing([team.pk]) if team else ()
    managers = (user for party in sorted(parties) for user in recipients.managers_of_team(party))
    _tell(NoticeKind.DECLARED, declaration, managers, by=by, as_of=as_of)
    return declaration


@transaction.atomic
def refute_and_tell(declaration: Declaration, *, by: User, as_of: datetime, why: str) -> Declaration:
    """Refute, and tell whoever declared it; who takes their own back tells nobody. Raises Problem."""
    refuted = refute(declaration, by=by, as_of=as_of, why=why)
    untell(_key(NoticeKind.DECLARED, refuted))
    if refuted.declared_by:
        _tell(NoticeKind.REFUTED, refuted, [refuted.declared_by], by=by, as_of=as_of)
    return refuted


def _tell(
    kind: NoticeKind, declaration: Declaration, people: Iterable[User], *, by: User, as_of: datetime
) -> None:
    others = {user.pk: user for user in people if user.pk != by.pk}
    body = {"declaration": declaration.pk, "subject": declaration.subject_id}
    tell(kind, to=others.values(), key=_key(kind, declaration), body=body, as_of=as_of)


def _key(kind: NoticeKind, declaration: Declaration) -> str:
    return f"{kind}:{declaration.pk}"
