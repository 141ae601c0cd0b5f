"""An agreement that a program sends as YAML."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import IO, Any

from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from agreements.document import DocumentError, UnreadableError
from agreements.loading import Loaded, load
from core.problems import Problem

YAML = "application/yaml"
_LINE = re.compile(r"line (\d+)(?:, ([^:]+))?: (.*)", re.DOTALL)


class WholeBody(BaseParser):
    """The body as it is: what is YAML is read with its lines."""

    media_type = YAML

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The bytes that were sent."""
        return stream.read()


def draft_from(request: Request, *, as_of: datetime) -> Loaded:
    """The draft that the body makes. Raises Problem 400 (no YAML), 415, 422 with every line that is wrong."""
    token: Any = request.auth
    text = request.data if isinstance(request.data, bytes) else b""
    try:
        return load(text, by=f"token {token.name}", as_of=as_of)
    except DocumentError as error:
        unreadable = isinstance(error, UnreadableError)
        status, title = (400, "Bad Request") if unreadable else (422, "Unprocessable Content")
        detail = "The agreement was refused, nothing is stored: errors has each line."
        raise Problem(status, title, detail, errors=[_row(line) for line in error.lines]) from error


def _row(text: str) -> dict[str, Any]:
    """``line 4, parties: is empty`` as line, field and message."""
    found = _LINE.fullmatch(text)
    if not found:
        return {"line": None, "field": None, "message": text}
    return {"line": int(found[1]), "field": found[2], "message": found[3]}
