"""Where an embedded server lives, and as whom it runs there."""

import hashlib
import os
from pathlib import Path

from slahub.stack import identity
from slahub.stack.errors import StackError
from slahub.stack.servers import Place, Server

SOCKET_PATH_LIMIT = 103  # bytes: 107 on Linux, 103 on macOS
LONGEST_SOCKET_NAME = ".s.PGSQL.5432.lock"


def place_of(server: Server, home: Path, *, durable: bool) -> Place:
    """The server's place under ``home``, its folder for sockets made and given to whom it runs as.

    Raises StackError where that folder is somebody else's.
    """
    who = identity.for_servers(server.program(), home)
    sockets = _sockets(home)
    sockets.mkdir(mode=0o700, exist_ok=True)
    owners = (os.geteuid(), who.uid if who else os.geteuid())
    if sockets.is_symlink() or sockets.stat().st_uid not in owners:
        raise StackError(f"{sockets} belongs to another user; remove it or choose a shorter DATA_DIR.")
    if who:
        who.own(sockets)
    return Place(home=home, sockets=sockets, durable=durable, identity=who)


def _sockets(home: Path) -> Path:
    """Beside the data; where that path is too long for a socket, always the same short one."""
    beside = home / "sockets"
    if len(os.fsencode(beside / LONGEST_SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
        return beside
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return Path(f"/tmp/slahub-{os.geteuid()}-{name}")
