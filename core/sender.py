"""Who mails are from."""

from datetime import datetime
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.db import transaction

from core import audit
from core.models import SenderAddress


def sender() -> str:
    """The From of every mail: what was chosen on the page, else DEFAULT_FROM_EMAIL."""
    chosen = SenderAddress.objects.first()
    return formataddr((chosen.name, chosen.address)) if chosen else settings.DEFAULT_FROM_EMAIL


def name_and_address() -> tuple[str, str]:
    """The same in its two parts."""
    return parseaddr(sender())


@transaction.atomic
def choose_sender(*, name: str, address: str, by: Any, as_of: datetime) -> None:
    """Mails are from this address from now on."""
    before = sender()
    values = {"name": name, "address": address, "changed_at": as_of}
    SenderAddress.objects.update_or_create(pk=1, defaults=values)
    audit.record(
        actor=by,
        verb="change",
        object_type="sender",
        object_id="mail",
        before={"from": before},
        after={"from": sender()},
        as_of=as_of,
    )
