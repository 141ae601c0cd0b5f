"""People are asked to come in: a link that works once, in which they choose their password."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from core import audit
from people.models import Invitation, User

VALID_FOR = timedelta(days=7)
SECRET_BYTES = 32

#: Gets the invitation and the secret of its link, and puts the mail into the outbox.
Post = Callable[[Invitation, str], None]


class NotInvitableError(ValueError):
    """This person cannot be invited; the message says why: inactive, or in possession of a password."""


@transaction.atomic
def invite(user: User, *, by: User | None, post: Post, as_of: datetime) -> Invitation:
    """Invite a person who has no password yet; an earlier link of theirs stops working.

    The mail is written by ``post`` in the same transaction. Raises NotInvitableError.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    if not locked.is_active:
        raise NotInvitableError("inactive")
    if locked.has_usable_password():
        raise NotInvitableError("has_password")
    _end_open_ones(locked, as_of=as_of)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    invitation = Invitation.objects.create(
        user=locked, sha256=_sha256(secret), created_at=as_of, created_by=by, expires_at=as_of + VALID_FOR
    )
    post(invitation, secret)
    audit.record(actor=by, verb="invite", object_type="user", object_id=locked.pk, as_of=as_of)
    return invitation


def opened(secret: str, *, as_of: datetime) -> Invitation | None:
    """The invitation of a link that still works; none when it is unknown, used, replaced or too old."""
    invitation = Invitation.objects.select_related("user").filter(sha256=_sha256(secret)).first()
    return invitation if invitation is not None and _is_open(invitation, as_of) else None


@transaction.atomic
def accept(
    secret: str, *, password: str, name: str, language: str, timezone: str, as_of: datetime
) -> User | None:
    """Set the password and the preferences of whoever was invited; none when the link no longer works.

    Two clicks at once: one is served.
    """
    invitation = Invitation.objects.select_for_update().filter(sha256=_sha256(secret)).first()
    if invitation is None or not _is_open(invitation, as_of):
        return None
    user = invitation.user
    user.name, user.language, user.timezone = name, language, timezone
    user.set_password(password)
    user.save(update_fields=["name", "language", "timezone", "password"])
    invitation.accepted_at = as_of
    invitation.save(update_fields=["accepted_at"])
    _end_open_ones(user, as_of=as_of)
    audit.record(actor=user, verb="invitation.accepted", object_type="user", object_id=user.pk, as_of=as_of)
    return user


def _end_open_ones(user: User, *, as_of: datetime) -> None:
    still = Invitation.objects.filter(user=user, accepted_at=None, expires_at__gt=as_of)
    still.update(expires_at=as_of)


def _is_open(invitation: Invitation, as_of: datetime) -> bool:
    return invitation.accepted_at is None and invitation.expires_at > as_of and invitation.user.is_active


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
