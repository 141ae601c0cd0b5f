"""Making the keys by which programs come in, and finding the one that a program shows."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from core import audit
from people.enums import Scope
from people.models import ApiToken, User

MARK = "slahub"
PREFIX_BYTES = 6  # 12 hexadecimal characters: the public half, shown in lists
SECRET_BYTES = 32
USE_NOTED_EVERY = timedelta(minutes=1)


class UnknownScopeError(ValueError):
    """A scope that does not exist; the message lists those that do."""


def create_token(
    *,
    name: str,
    scopes: Iterable[str],
    user: User | None = None,
    expires_at: datetime | None = None,
    as_of: datetime,
) -> tuple[ApiToken, str]:
    """Make a token; its text is returned this once and never kept.

    Raises UnknownScopeError.
    """
    wanted = check_scopes(scopes)
    prefix, secret = secrets.token_hex(PREFIX_BYTES), secrets.token_urlsafe(SECRET_BYTES)
    text = f"{MARK}_{prefix}_{secret}"
    token = ApiToken.objects.create(
        name=name,
        user=user,
        prefix=prefix,
        sha256=_sha256(text),
        scopes=wanted,
        created_at=as_of,
        expires_at=expires_at,
    )
    return token, text


@transaction.atomic
def issue_token(
    *, name: str, scopes: Iterable[str], expires_at: datetime | None = None, by: User, as_of: datetime
) -> tuple[ApiToken, str]:
    """Make a token for a program, on behalf of nobody, as an administrator's act; its text is returned once.

    Raises UnknownScopeError.
    """
    token, text = create_token(name=name, scopes=scopes, expires_at=expires_at, as_of=as_of)
    after = {"name": token.name, "scopes": token.scopes}
    audit.record(actor=by, verb="add", object_type="apitoken", object_id=token.pk, after=after, as_of=as_of)
    return token, text


@transaction.atomic
def revoke_token(token: ApiToken, *, by: User, as_of: datetime) -> bool:
    """The token stops working at once and for good; False where it had been revoked before."""
    changed = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=as_of)
    if changed:
        audit.record(actor=by, verb="revoke", object_type="apitoken", object_id=token.pk, as_of=as_of)
    return bool(changed)


def check_scopes(scopes: Iterable[str]) -> list[str]:
    """The scopes, each once, in the enum's order. Raises UnknownScopeError for others and for none at all."""
    given = {str(scope) for scope in scopes}
    known = [scope.value for scope in Scope]
    wrong = ", ".join(sorted(given - set(known)))
    if wrong or not given:
        raise UnknownScopeError(
            f"{'unknown scope ' + wrong if wrong else 'no scope'}; choose from: {', '.join(known)}"
        )
    return [scope for scope in known if scope in given]


def find_token(text: str) -> ApiToken | None:
    """The token with this text, expired and revoked ones included; none if nobody has it."""
    mark, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    if mark != MARK or not secret or "\x00" in text:
        return None
    token = ApiToken.objects.select_related("user").filter(prefix=prefix).first()
    return token if token and hmac.compare_digest(token.sha256, _sha256(text)) else None


def note_use(token: ApiToken, *, as_of: datetime) -> None:
    """Remember when the token was last used; written at most once a minute."""
    if token.last_used_at is None or token.last_used_at <= as_of - USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=as_of)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
