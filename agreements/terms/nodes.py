"""A way through a document that knows where it is, so that every error is told at once, with its place."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

_TOO_MANY = 24  # words to list where none is near

Path = tuple[str | int, ...]
"""The keys and positions that lead to a value: ("commitments", 3, "within")."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at one place of a document, and what to write instead."""

    path: Path
    message: str

    def __str__(self) -> str:
        return f"{shown_path(self.path)}: {self.message}" if self.path else self.message


class TermsError(ValueError):
    """A document or its terms cannot be read; ``problems`` has all that is wrong."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(slots=True)
class Report:
    """The problems found so far, and the event kinds that exist (None: any kind is taken as known)."""

    kinds: Collection[str] | None = None
    problems: list[Problem] = field(default_factory=list)

    def raise_if_any(self) -> None:
        """Raise ``TermsError`` with everything that was found."""
        if self.problems:
            raise TermsError(self.problems)


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a document, the path to it, and the report on which its problems are noted."""

    value: Any
    path: Path
    report: Report

    def refuse(self, message: str) -> None:
        """Note a problem here; reading goes on."""
        self.report.problems.append(Problem(self.path, message))

    def at(self, step: str | int, value: Any) -> "Node":
        """The node of a value one step further."""
        return Node(value, (*self.path, step), self.report)

    def entries(self, known: Iterable[str], required: Iterable[str] = ()) -> dict[str, "Node"]:
        """The entries of a mapping that are not null, by key; unknown and missing keys are refused."""
        if not isinstance(self.value, Mapping):
            example = ", ".join(f"{key}: …" for key in required) or "…"
            self.refuse(f"expected a mapping, got {shown(self.value)}; write {{{example}}}")
            return {}
        known = tuple(known)
        for key in self.value:
            if key not in known:
                self.at(key, None).refuse(f"unknown key; {near(key, known)}")
        for key in required:
            if self.value.get(key) is None:
                self.refuse(f"{key} is missing")
        return {key: self.at(key, self.value[key]) for key in known if self.value.get(key) is not None}

    def pairs(self) -> list[tuple[str, "Node"]]:
        """The entries of a mapping with keys of the writer's choice."""
        if not isinstance(self.value, Mapping):
            self.refuse(f"expected a mapping, got {shown(self.value)}")
            return []
        return [(key, self.at(key, value)) for key, value in self.value.items()]

    def one_or_list(self) -> list["Node"]:
        """The value itself, or each item when it is a list."""
        return self.items() if isinstance(self.value, list) else [self]

    def items(self) -> list["Node"]:
        """The items of a list; an empty list is refused."""
        if not isinstance(self.value, list):
            self.refuse(f"expected a list, got {shown(self.value)}; write [{shown(self.value)}]")
            return []
        if not self.value:
            self.refuse("is empty; leave it out or write at least one")
        return [self.at(index, item) for index, item in enumerate(self.value)]

    def text(self) -> str:
        """A string that is not blank."""
        if not isinstance(self.value, str):
            quoted = f'; write "{shown(self.value)}"' if isinstance(self.value, int | float) else ""
            self.refuse(f"expected a text, got {shown(self.value)}{quoted}")
            return ""
        if not self.value.strip():
            self.refuse("is blank")
        return self.value

    def flag(self) -> bool:
        """``true`` or ``false``."""
        if not isinstance(self.value, bool):
            self.refuse(f"expected true or false, got {shown(self.value)}")
        return self.value is True

    def whole(self, least: int) -> int:
        """A whole number from ``least`` on."""
        if isinstance(self.value, bool) or not isinstance(self.value, int) or self.value < least:
            self.refuse(f"expected a whole number from {least} on, got {shown(self.value)}")
            return least
        return self.value

    def choice(self, allowed: Iterable[str]) -> str:
        """One of the allowed words."""
        allowed = tuple(allowed)
        if not isinstance(self.value, str) or self.value not in allowed:
            self.refuse(f"{shown(self.value)} is not known; {near(self.value, allowed)}")
            return allowed[0]
        return self.value

    def read(self, parse: Callable[[Any], Any]) -> Any:
        """What ``parse`` makes of the value; its ``ValueError`` is noted here, the answer then None."""
        try:
            return parse(self.value)
        except ValueError as error:
            self.refuse(str(error))
            return None


def shown_path(path: Path) -> str:
    """``commitments[3].within``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def shown(value: Any) -> str:
    """A value within a message: as it would be written, at most 60 characters."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"


def near(word: Any, allowed: Iterable[str]) -> str:
    """The advice that follows an unknown word: the near matches, else all that is allowed."""
    allowed = tuple(allowed)
    matches = get_close_matches(str(word), allowed, n=1, cutoff=0.85) or get_close_matches(
        str(word), allowed, n=2
    )
    if matches:
        return f"did you mean {' or '.join(matches)}?"
    if len(allowed) > _TOO_MANY:
        return f"near to it are {', '.join(get_close_matches(str(word), allowed, n=5, cutoff=0.0))}"
    return f"use {', '.join(allowed)}"
