"""Mails about signing in, in the language of whom they go to; through the outbox like every other."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from core.outbox import enqueue
from people.models import User


def post_reset_link(user: User, path: str, *, as_of: datetime) -> None:
    """The link by which a forgotten password is replaced, on the address of SITE_URL."""
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    once = sha256(path.encode()).hexdigest()[:16]
    _post(
        user,
        "password_link",
        f"password-link:{user.pk}:{once}",
        {"url": settings.SITE_URL + path, "hours": hours},
        as_of,
    )


def post_warning(user: User, what: str, *, as_of: datetime, **details: Any) -> None:
    """Tell the person that the way into their account was changed, in case it was not they who did it.

    `what` names the template: password_changed, second_factor_on, second_factor_off, recovery_codes.
    """
    context = {"at": as_of, "reset_url": settings.SITE_URL + reverse("account_reset_password"), **details}
    _post(user, what, f"sign-in:{what}:{user.pk}:{as_of.isoformat()}", context, as_of)


def _post(user: User, name: str, key: str, context: Mapping[str, Any], as_of: datetime) -> None:
    everything = {"user": user, "site_url": settings.SITE_URL, **context}
    with translation.override(user.language), timezone.override(ZoneInfo(user.timezone)):
        subject = render_to_string(f"mail/sign_in/{name}.subject.txt", everything)
        text = render_to_string(f"mail/sign_in/{name}.txt", everything)
    payload = {"to": [user.email], "subject": " ".join(subject.split()), "text": text.strip() + "\n"}
    enqueue(key=key, channel="mail", payload=payload, as_of=as_of)
