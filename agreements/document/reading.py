"""YAML 1.2 with its core schema, read from ruamel's events, so that every value knows its line.

Dates are words here (the core schema has no timestamps), keys are texts as written, duplicate keys are
refused, tags too. Aliases are followed within a bound on the size of the whole.
"""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
)
from ruamel.yaml.reader import ReaderError

from agreements.terms.nodes import Path, Problem, shown

MAX_BYTES = 512 * 1024
MAX_VALUES = 20_000
MAX_DEPTH = 32

_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_NOT_A_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", re.ASCII)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class DocumentError(ValueError):
    """A document cannot be read; ``lines`` has everything that is wrong, with its place and the remedy."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


class UnreadableError(DocumentError):
    """It is no YAML at all, or no text."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a document says, as plain JSON values, and the line of each path."""

    data: Any
    lines: dict[Path, int]

    def line_of(self, path: Path) -> int:
        """The line of a path, else of the nearest place above it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def error(self, problems: Iterable[Problem]) -> DocumentError:
        """The problems as lines of text in the order of the document."""
        placed = sorted(problems, key=lambda problem: self.line_of(problem.path))
        return DocumentError(f"line {self.line_of(p.path)}{', ' if p.path else ': '}{p}" for p in placed)


def read_yaml(source: str | bytes) -> Parsed:
    """Read one document. Raises ``DocumentError`` naming the lines: no UTF-8, too large, no YAML, …"""
    text = _text(source)
    reader = _Reader(_events(text))
    try:
        data = reader.document()
    except DocumentError:
        raise
    except (YAMLError, ValueError, OverflowError) as error:
        raise _unreadable(error, text, reader.line) from None
    parsed = Parsed(data, reader.lines)
    if reader.problems:
        raise parsed.error(reader.problems)
    return parsed


def _refusal(line: int, message: str) -> DocumentError:
    return DocumentError([f"line {line}: {message}"])


def _unreadable(error: Exception, text: str, line: int) -> DocumentError:
    return UnreadableError(_why_unreadable(error, text, line).lines)


def _why_unreadable(error: Exception, text: str, line: int) -> DocumentError:
    if isinstance(error, ReaderError):
        character = f"U+{ord(text[error.position]):04X}"
        line = text.count("\n", 0, error.position) + 1
        return _refusal(line, f"the character {character} is not allowed; take it out")
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        return _refusal(
            mark.line + 1 if mark else line, f"not readable as YAML: {error.problem or error.context}"
        )
    return _refusal(line, f"not readable as YAML: {error}")


def _text(source: str | bytes) -> str:
    if len(source) > MAX_BYTES:
        raise _refusal(1, f"{len(source):,} bytes are too many; an agreement has at most {MAX_BYTES:,}")
    if isinstance(source, str):
        return source.removeprefix("\ufeff")
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        said = f"line {line}: not UTF-8 (byte 0x{source[error.start]:02x}); save the file as UTF-8"
        raise UnreadableError([said]) from None


def _events(text: str) -> Iterator[Any]:
    yield from YAML(typ="safe", pure=True).parse(text)


@dataclass(slots=True)
class _Reader:
    """Makes plain values of a stream of events, remembering lines."""

    events: Iterator[Any]
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    anchors: dict[str, tuple[Any, int]] = field(default_factory=dict)
    values: int = 0
    line: int = 1

    def document(self) -> Any:
        next(self.events)  # the stream's start
        if not isinstance(self._next(), DocumentStartEvent):
            raise _refusal(1, "the document is empty")
        data = self._value(self._next(), ())
        self._next()  # the document's end
        if isinstance(self._next(), DocumentStartEvent):
            raise _refusal(self.line, "a second document starts here; write one agreement per file")
        return data

    def _next(self) -> Any:
        event = next(self.events)
        self.line = event.start_mark.line + 1
        return event

    def _value(self, event: Any, path: Path) -> Any:
        self.lines.setdefault(path, event.start_mark.line + 1)
        if isinstance(event, AliasEvent):
            return self._alias(event)
        before = self.values
        self._count(1)
        if event.tag is not None and event.tag != "!":
            self.problems.append(Problem(path, f"the tag {event.tag} is not read; leave it out"))
        if len(path) > MAX_DEPTH:
            raise _refusal(self.line, f"nested deeper than {MAX_DEPTH} levels")
        value = self._content(event, path)
        if event.anchor:
            self.anchors[event.anchor] = (value, self.values - before)
        return value

    def _content(self, event: Any, path: Path) -> Any:
        if isinstance(event, ScalarEvent):
            return self._scalar(event, path)
        return self._mapping(path) if isinstance(event, MappingStartEvent) else self._sequence(path)

    def _alias(self, event: AliasEvent) -> Any:
        if event.anchor not in self.anchors:
            raise _refusal(self.line, f"*{event.anchor} names no anchor that is complete before it")
        value, size = self.anchors[event.anchor]
        self._count(size)
        return value

    def _count(self, size: int) -> None:
        self.values += size
        if self.values > MAX_VALUES:
            raise _refusal(self.line, f"more than {MAX_VALUES:,} values, aliases counted")

    def _sequence(self, path: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := self._next(), SequenceEndEvent):
            items.append(self._value(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        while isinstance(event := self._next(), NodeEvent):
            key = self._key(event)
            if key in entries:
                self._refuse_again((*path, key))
                self._value(self._next(), (*path, f"{key} (again)"))
            else:
                self.lines[(*path, key)] = self.line
                entries[key] = self._value(self._next(), (*path, key))
        return entries

    def _refuse_again(self, path: Path) -> None:
        message = f"the key is there twice, on line {self.lines[path]} and on line {self.line}"
        self.problems.append(Problem(path, message))

    def _key(self, event: NodeEvent) -> str:
        if not isinstance(event, ScalarEvent):
            raise _refusal(self.line, "a key must be a word, not a list, a mapping or an alias")
        return self._storable(event.value, ())

    def _scalar(self, event: ScalarEvent, path: Path) -> Any:
        text = event.value
        if event.style is not None or event.tag is not None:
            return self._storable(text, path)
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text) or _FLOAT.fullmatch(text):
            return self._number(text, path)
        if _NOT_A_NUMBER.fullmatch(text):
            self.problems.append(Problem(path, f"{text} is no number that can be used"))
        return self._storable(text, path)

    def _number(self, text: str, path: Path) -> int | float:
        if len(text) > 24:
            self.problems.append(
                Problem(path, f"{shown(text)} is too long for a number; put a text in quotes")
            )
            return 0
        if _INTEGER.fullmatch(text):
            return int(text, 0) if text.startswith(("0o", "0x")) else int(text)
        number = float(text)
        if math.isinf(number):
            self.problems.append(Problem(path, f"{text} is too large"))
        # The database keeps numbers without exponents and signs of zero: read them as it will give them back.
        return int(number) if abs(number) >= 1e16 and not math.isinf(number) else number + 0.0

    def _storable(self, text: str, path: Path) -> str:
        if found := _UNSTORABLE.search(text):
            self.problems.append(Problem(path, f"the character U+{ord(found[0]):04X} cannot be stored"))
        return text
