"""A machine for one run: the image's folders, the names of its services, Debian's servers.

Run inside namespaces of its own (`.ci/compose`): its network has nothing but loopback, its ports are free,
its mounts are seen by nobody else, and every process ends with it.
"""

import ctypes
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.compose.files import PROJECT, Image, left_out

SECONDS = 90
LONGEST = 900  # building the image compresses every static file
PR_SET_NO_NEW_PRIVS = 38
POSTGRES = next(iter(sorted(Path("/usr/lib/postgresql").glob("15/bin"))), Path("/nowhere"))
SYSTEM = ("usr", "bin", "sbin", "lib", "lib64", "etc", "dev", "proc")


def mount(*words: object) -> None:
    subprocess.run(["mount", *map(str, words)], check=True)


class Machine:
    """The root folder that containers would have, in memory over an empty folder, and what runs in it."""

    def __init__(self, root: Path, image: Image, names: Sequence[str], secrets: Mapping[str, str]) -> None:
        self.image = image
        self.root = root
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", self.root)
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        self._borrow_the_system()
        self._name([*names, "mail"])
        self._program()
        for name, value in secrets.items():
            self.folder("run/secrets").joinpath(name).write_text(value + "\n")
        for name in ("home/slahub/data", "backups"):
            os.chown(self.folder(name), image.uid, image.uid)
        for name in ("tmp", "dev/shm"):
            self.folder(name).chmod(0o1777)

    def folder(self, name: str) -> Path:
        """A folder of the machine, made where it is missing."""
        path = self.root / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def _borrow_the_system(self) -> None:
        for name in SYSTEM:
            source = Path("/") / name
            if source.is_symlink():
                (self.root / name).symlink_to(source.readlink())
            elif source.is_dir():
                mount("--rbind", source, self.folder(name))
        # The interpreter and its packages at their own paths, whatever folder above them is closed to others.
        for source in dict.fromkeys((Path(sys.base_prefix), Path(sys.prefix))):
            if not source.is_relative_to("/usr"):
                mount("--bind", source, self.folder(str(source).lstrip("/")))
        mount("--bind", sys.prefix, self.folder("venv"))

    def _name(self, names: Sequence[str]) -> None:
        hosts, users, groups = (self.root / name for name in ("hosts", "passwd", "group"))
        hosts.write_text(f"127.0.0.1 localhost {' '.join(names)} {socket.gethostname()}\n")
        account = f"slahub:x:{self.image.uid}:{self.image.uid}::/home/slahub:/usr/sbin/nologin\n"
        users.write_text(Path("/etc/passwd").read_text() + account)
        groups.write_text(Path("/etc/group").read_text() + f"slahub:x:{self.image.uid}:\n")
        for source, target in ((hosts, "/etc/hosts"), (users, "/etc/passwd"), (groups, "/etc/group")):
            mount("--bind", source, self.root / target.lstrip("/"))
            mount("--bind", source, target)

    def _program(self) -> None:
        """The program as the image has it: built by the image's own lines, then read-only."""
        app = self.folder(self.image.folder.lstrip("/"))
        tracked = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=PROJECT,
            check=True,
            capture_output=True,
            text=True,
        )
        for name in filter(None, tracked.stdout.split("\0")):
            if not left_out(name) and (PROJECT / name).exists():
                (app / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(PROJECT / name, app / name)
        for line in self.image.built_by:
            self.run(["sh", "-c", line], {}, uid=0)
        mount("--bind", app, app)
        mount("-o", "remount,ro,bind", app)

    def start(
        self, command: Sequence[str], environment: Mapping[str, Any], *, uid: int | None = None, **pipes: Any
    ) -> subprocess.Popen[bytes]:
        """A process of the image: its root, its user, its environment; nothing of ours leaks into it."""
        given = {**self.image.environment, "HOME": "/home/slahub", "HOSTNAME": socket.gethostname()}
        given |= {key: str(value) for key, value in environment.items()}
        return subprocess.Popen(
            list(command),
            env=given,
            preexec_fn=self._enter(self.image.uid if uid is None else uid),  # noqa: PLW1509 (one thread sends)
            cwd="/",
            **pipes,
        )

    def run(
        self,
        command: Sequence[str],
        environment: Mapping[str, Any],
        *,
        uid: int | None = None,
        given: bytes = b"",
    ) -> bytes:
        """What a command prints; raises AssertionError, with all that it said, where it fails."""
        pipe = subprocess.PIPE
        process = self.start(command, environment, uid=uid, stdin=pipe, stdout=pipe, stderr=pipe)
        said, errors = process.communicate(given, timeout=LONGEST)
        if process.returncode:
            words = (said + errors).decode(errors="replace")
            raise AssertionError(f"{list(command)} ended with {process.returncode}:\n{words}")
        return said

    def _enter(self, uid: int) -> Callable[[], None]:
        def enter() -> None:
            os.chroot(self.root)
            os.chdir(self.image.folder)
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)  # with it every capability is gone
            ctypes.CDLL(None).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)

        return enter

    def postgres(self, *, user: str, password: str, database: str) -> None:
        """What the image of postgres makes of its variables, with Debian's PostgreSQL 15."""
        owner = pwd.getpwnam("postgres")
        home = self.sockets = self.folder("postgres")
        os.chown(home, owner.pw_uid, owner.pw_gid)
        secret = home / "password"
        secret.write_text(password)
        os.chown(secret, owner.pw_uid, owner.pw_gid)
        as_owner: dict[str, Any] = {"user": owner.pw_uid, "group": owner.pw_gid, "cwd": "/"}
        subprocess.run(
            [
                *(POSTGRES / "initdb", "-D", home / "data", "-U", user, "--auth=scram-sha-256"),
                *("--encoding=UTF8", "--locale=C", f"--pwfile={secret}"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            **as_owner,
        )
        options = [f"--unix_socket_directories={home}", "--listen_addresses=*", "--fsync=off"]
        self.running["postgres"] = subprocess.Popen(
            [POSTGRES / "postgres", "-D", home / "data", *options],
            stderr=(home / "log").open("wb"),
            **as_owner,
        )
        environment = {**os.environ, "PGPASSWORD": password}
        create = ["createdb", "-h", "postgres", "-U", user, database]
        until(
            "PostgreSQL",
            lambda: subprocess.run(create, env=environment, capture_output=True).returncode == 0,
        )

    def server_answers(self, check: Sequence[str]) -> bool:
        """A server's own health check, beside it, where it finds its socket."""
        environment = {**os.environ, "PGHOST": str(self.sockets)}
        return subprocess.run(list(check), env=environment, capture_output=True).returncode == 0


def until(what: str, holds: Callable[[], bool], seconds: float = SECONDS) -> None:
    """Waits until it holds; AssertionError naming ``what`` where it does not in time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.5)
