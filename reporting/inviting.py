"""The mail that asks somebody to come in."""

from datetime import datetime
from functools import partial

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from core.outbox import enqueue
from people.invitations import invite
from people.models import Invitation, User
from reporting.digests.composing import INLINER


def invite_by_mail(user: User, *, by: User, as_of: datetime) -> Invitation:
    """Send a person the link in which they choose a password, in their language.

    Raises people.invitations.NotInvitableError.
    """
    return invite(user, by=by, post=partial(_post, by=by, as_of=as_of), as_of=as_of)


def _post(invitation: Invitation, secret: str, *, by: User, as_of: datetime) -> None:
    user = invitation.user
    context = {
        "invited": user,
        "by": by,
        "link": f"{settings.SITE_URL}{reverse('invitation', args=[secret])}",
        "expires_at": invitation.expires_at,
        "language": user.language,
        "site": settings.SITE_URL,
    }
    with translation.override(user.language), timezone.override(user.timezone):
        subject = " ".join(render_to_string("mail/invitation/subject.txt", context).split())
        text = render_to_string("mail/invitation/body.txt", context)
        html = INLINER.inline(render_to_string("mail/invitation/body.html", context | {"subject": subject}))
    payload = {"to": [user.email], "subject": subject, "text": text, "html": html}
    enqueue(key=f"invitation:{invitation.pk}", channel="mail", payload=payload, as_of=as_of)
