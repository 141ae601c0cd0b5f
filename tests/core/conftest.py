"""A real SMTP server."""

from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import Message

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Postman:
    """Takes mails; `on_data` and `on_rcpt` may answer otherwise."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.sessions: set[int] = set()
        self.on_data: Callable[[], str] = lambda: "250 OK"
        self.on_rcpt: Callable[[str], str] = lambda address: "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.on_rcpt(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.sessions.add(id(session))
        answer = self.on_data()
        if answer.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content))
        return answer


class Freely(Controller):
    """On any free port."""

    def __init__(self, handler: Postman) -> None:
        super().__init__(handler, hostname="127.0.0.1", port=0)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def postman(settings: pytest.FixtureRequest) -> Iterator[Postman]:
    """A server that takes mails, and settings that send there."""
    handler = Postman()
    controller = Freely(handler)
    controller.start()
    settings.EMAIL_BACKEND = "core.mail.PhasedBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = controller.port
    settings.EMAIL_TIMEOUT = 5
    handler.controller = controller
    yield handler
    controller.stop(no_assert=True)
