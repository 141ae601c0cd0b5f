"""A mailbox for one machine: takes every mail that comes over SMTP and keeps it to be read in the browser."""

import asyncio
import email
import logging
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import DatabaseError, connection

from reporting.models import ReceivedMail

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
LARGEST = 10 * 1024 * 1024
KEPT_FOR = timedelta(days=30)
MOST_KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Contents:
    """What a reader sees of a mail; empty where it has no such part."""

    subject: str
    text: str
    html: str


def contents_of(raw: str) -> Contents:
    """The subject and the two bodies of a kept mail; of one that cannot be read, all of it as text."""
    message = email.message_from_bytes(raw.encode(), policy=policy.default)
    try:
        return Contents(_subject(message), _body(message, "plain"), _body(message, "html"))
    except (LookupError, ValueError, TypeError, AttributeError):  # an unknown charset, a broken structure
        return Contents("", raw, "")


def store(envelope: Envelope, *, as_of: datetime) -> ReceivedMail:
    """Keep a mail as it came; bytes that are no text are replaced."""
    content = envelope.content or b""
    text = content if isinstance(content, str) else content.decode("utf-8", "replace")
    raw = text.replace("\x00", "\ufffd")
    return ReceivedMail.objects.create(
        received_at=as_of,
        sender=(envelope.mail_from or "")[:254],
        recipients=[str(recipient) for recipient in envelope.rcpt_tos],
        subject=contents_of(raw).subject[:998],
        raw=raw,
    )


def purge(*, as_of: datetime) -> int:
    """Remove mails older than a month, and the oldest beyond two thousand; how many."""
    removed, _ = ReceivedMail.objects.filter(received_at__lte=as_of - KEPT_FOR).delete()
    surplus = ReceivedMail.objects.order_by("-id").values("id")[MOST_KEPT : MOST_KEPT + 1]
    if newest_surplus := surplus.first():
        removed += ReceivedMail.objects.filter(id__lte=newest_surplus["id"]).delete()[0]
    return removed


def run(port: int, *, announce: Callable[[int], None], clock: Callable[[], datetime]) -> None:
    """Take mails on loopback until told to stop; ``announce`` hears the port (0: any free one)."""
    asyncio.run(_serve(port, announce, Handler(clock)))


async def _serve(port: int, announce: Callable[[int], None], handler: "Handler") -> None:
    loop, told_to_stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told_to_stop.set)
    server = await loop.create_server(lambda: _session(handler), HOST, port)
    announce(server.sockets[0].getsockname()[1])
    await told_to_stop.wait()
    server.close()


def _session(handler: "Handler") -> SMTP:
    return SMTP(handler, data_size_limit=LARGEST, enable_SMTPUTF8=True)


class Handler:
    """What the SMTP server does with a mail; ``clock`` tells when it came."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (its name)
        """Keep the mail; while the database is away the sender is asked to come again."""
        try:
            await asyncio.to_thread(_store_in_a_thread, envelope, self.clock())
        except DatabaseError:
            log.exception("mail not kept")
            return "451 4.3.0 The mailbox cannot keep it now, try again later"
        return "250 2.0.0 Kept"


def _store_in_a_thread(envelope: Envelope, as_of: datetime) -> None:
    try:
        store(envelope, as_of=as_of)
    finally:
        connection.close()  # this thread's own; the next mail may come in another thread, hours later


def _subject(message: EmailMessage) -> str:
    return " ".join(str(message.get("Subject", "")).replace("\x00", "").split())


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""
