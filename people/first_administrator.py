"""The first person of an empty installation, let in by a one-time code that only its operator can read."""

import base64
import hmac
from datetime import datetime

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from core import audit
from core.models import AuditEntry
from people.models import User

VERB = "setup.first_administrator"
GROUP = 5
_LOCK = 0x51A2  # any number that nothing else locks


class WrongCodeError(ValueError):
    """This is not the code of the installation."""


class NotAwaitedError(ValueError):
    """There is, or was, an administrator already: the code works once."""


def awaited() -> bool:
    """Whether nobody ever administered this installation: members that a CRM told of do not count."""
    if User.objects.filter(is_superuser=True).exists():
        return False
    return not AuditEntry.objects.filter(verb=VERB).exists()


def code() -> str:
    """The code, as `serve` and `prepare` print it: four groups of five letters and digits (100 bits).

    Worked out from SECRET_KEY, so that every process of an installation knows it without a shared folder.
    """
    digest = salted_hmac("people.first_administrator", "code", algorithm="sha256").digest()
    text = base64.b32encode(digest).decode()[: 4 * GROUP]
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def is_code(given: str) -> bool:
    """Whether somebody typed the code; case, spaces and hyphens do not matter."""
    return hmac.compare_digest(_plain(given).encode(), _plain(code()).encode())


@transaction.atomic
def make_first_administrator(
    *, given_code: str, email: str, password: str, name: str, language: str, timezone: str, as_of: datetime
) -> User:
    """Make the administrator. A person of that address whom a CRM told of becomes one.

    Raises NotAwaitedError, WrongCodeError.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])  # two at once: the second is too late
    if not awaited():
        raise NotAwaitedError
    if not is_code(given_code):
        raise WrongCodeError
    user = User.objects.filter(email__iexact=email).first() or User(email=email)
    user.name, user.language, user.timezone = name, language, timezone
    user.is_active = user.is_staff = user.is_superuser = True
    user.set_password(password)
    user.save()
    audit.record(actor=user, verb=VERB, object_type="user", object_id=user.pk, as_of=as_of)
    return user


def _plain(text: str) -> str:
    return "".join(sign for sign in text.upper() if sign.isalnum())
