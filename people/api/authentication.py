"""`Authorization: Bearer TOKEN`."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from core.instants import format_instant
from people.models import ApiToken, User
from people.tokens import find_token, note_use

AGAIN = "make another with `manage.py create_token`"


class Program(AnonymousUser):
    """Who acts behind a token that belongs to no person; its text is the token's name."""

    is_auditor = False

    def __init__(self, token: ApiToken) -> None:
        self.token = token

    def __str__(self) -> str:
        return f"token {self.token.name}"

    @property
    def is_anonymous(self) -> bool:  # type: ignore[override]
        return False

    @property
    def is_authenticated(self) -> bool:  # type: ignore[override]
        return True


class TokenAuthentication(BaseAuthentication):
    """Sets `request.auth` to the token and `request.user` to its person, or to a `Program` without one."""

    def authenticate(self, request: Request) -> tuple[User | Program, ApiToken] | None:
        """None where no bearer token is shown; raises AuthenticationFailed for one that is not valid."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2:
            raise AuthenticationFailed("Write `Authorization: Bearer TOKEN`, the token being one word.")
        now = timezone.now()
        token = find_token(words[1].decode("latin-1"))
        if token is None:
            raise AuthenticationFailed(f"This token is unknown; check that it is complete, or {AGAIN}.")
        _refuse_unusable(token, as_of=now)
        note_use(token, as_of=now)
        return token.user or Program(token), token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="SLA Hub"'


def _refuse_unusable(token: ApiToken, *, as_of: datetime) -> None:
    if token.revoked_at is not None and token.revoked_at <= as_of:
        raise AuthenticationFailed(f"This token was revoked; {AGAIN}.")
    if token.expires_at is not None and token.expires_at <= as_of:
        raise AuthenticationFailed(f"This token expired at {format_instant(token.expires_at)}; {AGAIN}.")
    if token.user is not None and not token.user.is_active:
        raise AuthenticationFailed(f"The person of this token is no longer active; {AGAIN}.")
