"""Who did what to what: one row an act, written in the transaction of the act."""

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model

from core.models import AuditEntry


def record(
    *,
    actor: Any,
    verb: str,
    object_type: str,
    object_id: object,
    before: Any = None,
    after: Any = None,
    as_of: datetime,
) -> AuditEntry:
    """Note an act.

    `actor` is a user, or whatever else acted (a program behind a token, "load_agreement"): its text is kept;
    none is the system itself. `before` and `after` are JSON values: what changed, not the whole object.
    """
    user = actor if isinstance(actor, get_user_model()) else None
    label = user.get_username() if user else str(actor or "")
    return AuditEntry.objects.create(
        at=as_of,
        actor=user,
        actor_label=label[:200],
        verb=verb,
        object_type=object_type,
        object_id=str(object_id),
        before=before,
        after=after,
    )
