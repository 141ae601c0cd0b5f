"""Commands as they can be pasted into the shell from which this process was started."""

import shlex
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def manage_command(name: str, *, data_dir: Path, cwd: Path) -> str:
    """``.venv/bin/python manage.py name``, with ``DATA_DIR=…`` before it where that is not ``.local``."""
    words = [near(Path(sys.executable), cwd), near(PROJECT / "manage.py", cwd), name]
    home = "" if data_dir == cwd / ".local" else f"DATA_DIR={shlex.quote(near(data_dir, cwd))} "
    return home + shlex.join(words)


def near(path: Path, cwd: Path) -> str:
    """The path as seen from the folder, when it is inside; else whole."""
    return str(path.relative_to(cwd) if path.is_relative_to(cwd) else path)
