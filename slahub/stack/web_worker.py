"""Gunicorn's threads, which do not wait for a slow client for ever."""

import contextlib
import socket
from threading import Timer
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

REQUEST_WITHIN = 60.0  # seconds: 20 MiB at 3 Mbit/s


class ImpatientThreads(ThreadWorker):
    """A request must be there, header and body, a minute after its first byte; then it is read no further.

    A few clients that send a byte now and then would otherwise hold every thread. The answer to a request
    that has come whole takes as long as it takes: only the reading side is closed.
    """

    within = REQUEST_WITHIN

    def handle(self, conn: Any) -> Any:
        timer = Timer(self.within, _stop_reading, [conn.sock])
        timer.daemon = True
        timer.start()
        try:
            return super().handle(conn)
        finally:
            timer.cancel()


def _stop_reading(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it has ended meanwhile
        connection.shutdown(socket.SHUT_RD)
