"""Mail over SMTP, with one question always answered: has the server certainly not taken the message?"""

import smtplib
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend

from core.carrying import NotTakenError
from core.sender import sender

REFUSALS = (smtplib.SMTPSenderRefused, smtplib.SMTPDataError)


class _Phased:
    """Remembers whether the body was begun, and whom the server refused while it took it for others."""

    body_begun = False
    refused: Mapping[str, Any] | None = None

    def sendmail(self, *args: Any, **options: Any) -> dict[str, Any]:
        self.body_begun, self.refused = False, None
        refused = super().sendmail(*args, **options)  # type: ignore[misc]
        self.refused = refused
        return refused

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.body_begun = True
        return super().data(msg)  # type: ignore[misc]


class _Smtp(_Phased, smtplib.SMTP):
    pass


class _SmtpOverTls(_Phased, smtplib.SMTP_SSL):
    pass


class PhasedBackend(EmailBackend):
    """Django's SMTP backend over a connection that knows how far a message came."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _SmtpOverTls if self.use_ssl else _Smtp


class Session:
    """One kept connection; opened with the first mail, and again after one that broke it."""

    def __init__(self) -> None:
        self._backend = get_connection(fail_silently=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, payload: Mapping[str, Any]) -> str:
        """Hand one message over; a remark about it, mostly empty.

        Payload: `to` (addresses), `subject`, `text`, and optionally `html`, `from`, `headers`.

        Raises NotTakenError where the server certainly does not have it; any other error leaves that open.
        """
        message = _build(payload, self._backend)
        self._open()
        try:
            message.send(fail_silently=False)
        except (OSError, smtplib.SMTPException) as error:
            not_taken = self._not_taken(error)
            self._close()
            if not_taken is None:
                raise
            raise not_taken from error
        refused = getattr(self._connection, "refused", None)
        return f"refused for {', '.join(refused)}" if refused else ""

    def _not_taken(self, error: OSError) -> NotTakenError | None:
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            return NotTakenError(str(error.recipients), permanent=_all_permanent(error.recipients))
        if isinstance(error, REFUSALS):
            return NotTakenError(str(error), permanent=500 <= error.smtp_code < 600)
        begun = getattr(
            self._connection, "body_begun", True
        )  # another backend does not tell: then it is open
        return None if begun else NotTakenError(str(error), unreachable=True)

    @property
    def _connection(self) -> Any:
        return getattr(self._backend, "connection", None)

    def _open(self) -> None:
        try:
            self._backend.open()
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            raise NotTakenError(f"no connection: {error}", unreachable=True) from error

    def _close(self) -> None:
        self._backend.close()


def _build(payload: Mapping[str, Any], backend: Any) -> EmailMultiAlternatives:
    try:
        message = EmailMultiAlternatives(
            subject=payload["subject"],
            body=payload["text"],
            from_email=payload.get("from") or sender(),
            to=payload["to"],
            headers=payload.get("headers"),
            connection=backend,
        )
        if payload.get("html"):
            message.attach_alternative(payload["html"], "text/html")
        message.message()  # what cannot be written as a mail (a line break in a subject) shows here
    except (KeyError, TypeError, ValueError) as error:
        raise NotTakenError(f"not a mail: {error!r}", permanent=True) from error
    if not message.recipients():
        raise NotTakenError("not a mail: no recipient", permanent=True)
    return message


def _all_permanent(recipients: Mapping[str, tuple[int, bytes]]) -> bool:
    return all(500 <= code < 600 for code, _ in recipients.values())
