"""How a child process is born: under whose name, and what happens to it when its parent dies.

PostgreSQL refuses to run as root. When we are root it runs as `nobody`, which owns its folder; where a
parent folder is closed to others (a checkout under /root), it keeps one Linux capability, to pass it.
"""

import ctypes
import os
import pwd
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

LINUX = sys.platform.startswith("linux")

# linux/prctl.h, linux/securebits.h, linux/capability.h
PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAPABILITY_VERSION_3 = 0x20080522
CAP_DAC_OVERRIDE = 1

_libc = ctypes.CDLL(None, use_errno=True)
if LINUX:  # looked up here: between fork and exec as little as possible may happen
    _ = (_libc.prctl, _libc.capset)


@dataclass(frozen=True)
class Identity:
    """The user that a server runs as; `passes` when it must get through folders closed to it."""

    uid: int
    gid: int
    passes: bool = False

    def own(self, path: Path) -> None:
        """Gives one file or folder to the identity."""
        os.chown(path, self.uid, self.gid)


def for_servers(*paths: Path) -> Identity | None:
    """Who runs a server that needs `paths`; None means: as we are."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return Identity(nobody.pw_uid, nobody.pw_gid, passes=not all(map(_open_to_others, paths)))


def birth(identity: Identity | None, death_signal: int | None = None) -> Callable[[], None]:
    """What a child does between fork and exec (`preexec_fn`): becomes `identity`, follows its parent's death.

    `death_signal` is sent to it when the thread that made it ends (Linux only; elsewhere it lives on).
    """

    def prepare() -> None:
        if identity is not None:
            _become(identity)
        if LINUX and death_signal is not None:
            _call("prctl", PR_SET_PDEATHSIG, death_signal, 0, 0, 0)

    return prepare


def _become(identity: Identity) -> None:
    keeps = LINUX and identity.passes
    if keeps:
        _call("prctl", PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setgid(identity.gid)
    os.setuid(identity.uid)
    if keeps:
        _keep_only(CAP_DAC_OVERRIDE)


def _keep_only(capability: int) -> None:
    bit = 1 << capability
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(
        bit, bit, bit, 0, 0, 0
    )  # effective, permitted, inheritable; then the high words
    _call("capset", header, sets)
    _call("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0)


def _call(function: str, *arguments: object) -> None:
    if getattr(_libc, function)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}: {os.strerror(number)}")


def _open_to_others(path: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in _existing(path.absolute()))


def _existing(path: Path) -> Iterable[Path]:
    return (step for step in (path, *path.parents) if step.exists())
