"""What people do at the door, as rows of the audit trail; no password and no code is ever in one."""

from datetime import datetime, timedelta
from typing import Any

from core import audit
from core.models import AuditEntry
from people.models import User

OBJECT = "sign_in"
KEPT = timedelta(
    days=365
)  # addresses of computers are personal data: the CNIL's advice is six to twelve months

SIGNED_IN = "sign_in"
SIGNED_OUT = "sign_out"
REFUSED = "sign_in.refused"  # a wrong password, a wrong code, somebody the provider knows and we do not
LOCKED = "sign_in.locked"  # too many failures: not even looked at
PASSWORD_ASKED = "password.link"  # noqa: S105 - names of acts
PASSWORD_CHANGED = "password.change"  # noqa: S105
PASSWORD_RESET = "password.reset"  # noqa: S105
SECOND_FACTOR_ON = "second_factor.on"
SECOND_FACTOR_OFF = "second_factor.off"
RECOVERY_CODES = "second_factor.codes"

VERBS = (
    *(SIGNED_IN, SIGNED_OUT, REFUSED, LOCKED),
    *(PASSWORD_ASKED, PASSWORD_CHANGED, PASSWORD_RESET),
    *(SECOND_FACTOR_ON, SECOND_FACTOR_OFF, RECOVERY_CODES),
)


def note(verb: str, *, user: User | None, by: Any = None, as_of: datetime, **details: Any) -> None:
    """Keep that this happened to the sign-in of `user`, or of an unknown address in `details["email"]`.

    `by`: who acted, where not the person themselves; nobody has proved who they are before they are in.
    """
    audit.record(
        actor=by,
        verb=verb,
        object_type=OBJECT,
        object_id=(user.email if user else str(details.get("email", "")))[:200],
        after=details or None,
        as_of=as_of,
    )


def latest_of(user: User, *, limit: int = 10) -> list[AuditEntry]:
    """The newest acts at this person's door, newest first."""
    rows = AuditEntry.objects.filter(object_type=OBJECT, object_id=user.email)
    return list(rows.order_by("-id")[:limit])


def purge(*, as_of: datetime) -> int:
    """Remove what is older than a year; how many rows. Other acts of the audit trail stay."""
    old = AuditEntry.objects.filter(object_type=OBJECT, at__lt=as_of - KEPT)
    return old.delete()[0]
