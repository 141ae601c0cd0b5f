#!/usr/bin/env python
"""Django's commands; those that may need a database find one running (slahub.stack)."""

import os
import sys
from contextlib import nullcontext

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from slahub.stack import embedded

# Read or write only source files, or bring their own servers.
WITHOUT_SERVERS = {
    "check",
    "check_translations",
    "collectstatic",
    "compilemessages",
    "compile_translations",
    "diffsettings",
    "help",
    "makemessages",
    "makemigrations",
    "serve",  # holds them itself, for its children
    "spectacular",
    "startapp",
    "upgrade_database",  # runs the old server and the new one itself
    "version",
}


def needs_servers(argv: list[str]) -> bool:
    """Whether the command of `argv` may open a connection; asking for its help never does."""
    command = argv[1] if len(argv) > 1 else "help"
    asks_help = bool({"-h", "--help", "--version"} & set(argv[1:]))
    return not asks_help and not command.startswith("-") and command not in WITHOUT_SERVERS


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slahub.settings")
    try:
        with embedded.running() if needs_servers(sys.argv) else nullcontext():
            execute_from_command_line(sys.argv)
    except (embedded.StackError, ImproperlyConfigured) as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
