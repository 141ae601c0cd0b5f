"""What docker-compose.yml and the Dockerfile say, as Docker would read it."""

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

PROJECT = Path(__file__).resolve().parents[2]
VARIABLE = re.compile(r"\$(?:\$|\{(?P<name>\w+)(?P<rest>(?::?[-?])[^}]*)?\})")


class NotGivenError(Exception):
    """A variable that the compose file requires."""


def compose(given: Mapping[str, str]) -> dict[str, Any]:
    """The compose file with its variables filled in; raises NotGivenError where one is required."""
    text = (PROJECT / "docker-compose.yml").read_text()
    return _filled(YAML(typ="safe", pure=True).load(text), given)


def _filled(value: Any, given: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(one, given) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, given) for one in value]
    return VARIABLE.sub(lambda found: _value(found, given), value) if isinstance(value, str) else value


def _value(found: re.Match[str], given: Mapping[str, str]) -> str:
    if found["name"] is None:
        return "$"
    rest = (found["rest"] or "").lstrip(":")
    if value := given.get(found["name"], ""):
        return value
    if rest.startswith("?"):
        raise NotGivenError(f"{found['name']}: {rest[1:]}")
    return rest[1:]


@dataclass(frozen=True)
class Image:
    """The last stage of the Dockerfile, and the RUN lines of the stage that built the program."""

    environment: dict[str, str]
    uid: int
    folder: str
    command: list[str]
    health: list[str]
    built_by: list[str]


def image() -> Image:
    """Raises ValueError for what this reader does not understand: it must not pass unseen."""
    stages = _stages()
    last, build = stages[-1], stages[0]
    said = {word: rest for word, rest in last if word != "RUN"}
    environment = dict(
        part.split("=", 1) for word, rest in last if word == "ENV" for part in shlex.split(rest)
    )
    environment["PATH"] = environment["PATH"].replace("$PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin")
    uid = next(re.search(rf"--uid (\d+) .*{said['USER']}", rest) for word, rest in last if "useradd" in rest)
    health = said["HEALTHCHECK"].partition("CMD ")[2]
    if uid is None or not health:
        raise ValueError("the Dockerfile makes no user, or has no health check")
    return Image(
        environment=environment,
        uid=int(uid[1]),
        folder=said["WORKDIR"],
        command=json.loads(said["CMD"]),
        health=json.loads(health),
        built_by=[rest for word, rest in build if word == "RUN" and "manage.py" in rest],
    )


def _stages() -> list[list[tuple[str, str]]]:
    stages: list[list[tuple[str, str]]] = []
    text = (PROJECT / "Dockerfile").read_text().replace("\\\n", " ")
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if word == "FROM":
            stages.append([])
        stages[-1].append((word, rest))
    return stages


def left_out(path: str) -> bool:
    """Whether .dockerignore keeps a file of the repository out of the image."""
    patterns = (PROJECT / ".dockerignore").read_text().split()
    return any(Path(path).match(pattern) or Path(path).parts[0] == pattern for pattern in patterns)
