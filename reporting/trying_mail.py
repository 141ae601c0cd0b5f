"""A mail through the configured server while somebody looks, and what keeps mails from arriving."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core import audit, mail
from core.carrying import NotTakenError
from core.sender import name_and_address, sender
from people.models import User

MAIL_TESTED = "setup.mail_tested"


@dataclass(frozen=True, slots=True)
class TestMail:
    """What the mail server said; ``taken`` says that it has the mail, not that somebody reads it."""

    taken: bool
    to: str
    server: str
    said: str


def mail_server() -> str:
    """The server that mails go to, as it is configured; never its password."""
    how = "STARTTLS" if settings.EMAIL_USE_TLS else "TLS" if settings.EMAIL_USE_SSL else ""
    user = f"{settings.EMAIL_HOST_USER} @ " if settings.EMAIL_HOST_USER else ""
    return f"{user}{settings.EMAIL_HOST}:{settings.EMAIL_PORT}" + (f" ({how})" if how else "")


def sender_warnings() -> list[str]:
    """Why mails from this sender may not arrive, or not leave this machine."""
    warnings = []
    domain = name_and_address()[1].rpartition("@")[2]
    if "." not in domain:
        warnings.append(
            _("%(sender)s is no address of the internet: most servers refuse it. Choose one of your domain.")
            % {"sender": sender()}
        )
    if settings.LOCAL_MAILBOX:
        warnings.append(
            _(
                "No mail server is configured: mails are caught by the built-in mailbox and reach nobody. The"
                " operator names one by EMAIL_URL, such as smtp+tls://user:password@smtp.example.com:587."
            )
        )
    return warnings


def send_test_mail(*, to: str, by: User, as_of: datetime) -> TestMail:
    """Hand a mail to the configured server at once, and note what it said, word for word."""
    payload = {
        "to": [to],
        "subject": _("SLA Hub: this test mail arrived"),
        "text": _("Mails of SLA Hub reach you. Nothing else is to be done.") + f"\n\n{settings.SITE_URL}\n",
        "headers": {"Auto-Submitted": "auto-generated"},
    }
    taken, said = _send(payload)
    outcome = TestMail(taken, to, mail_server(), said)
    audit.record(
        actor=by,
        verb=MAIL_TESTED,
        object_type="mail",
        object_id=hashlib.sha256(to.encode()).hexdigest()[:16],  # whom it went to is nobody's later business
        after={"taken": taken, "server": outcome.server, "said": said[:500]},
        as_of=as_of,
    )
    return outcome


def _send(payload: dict[str, Any]) -> tuple[bool, str]:
    try:
        with mail.Session() as session:
            return True, session.send(payload)
    except NotTakenError as error:
        return False, str(error)
    except OSError as error:  # in the middle of the message: nobody knows
        return False, _("The connection broke while the mail was sent; it may have arrived: %(error)r") % {
            "error": error
        }
