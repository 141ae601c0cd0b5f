"""How a row of the story becomes the row of any copy of the company: only digits are put in.

A copy's ids are those of the story behind the copy's number: record 17 of copy 3 is 3·10⁴ + 17, written
``30017``. Where the number belongs stands a mark in the row, so that a whole table of one copy is made by
replacing bytes. The order of ids and of external ids within a copy is that of the story.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

#: Stand in the template of a row for the copy's number, and for the ordinal by which people tell it apart.
NUMBER, ORDINAL = "\x01", "\x02"
_BARE = "\x03"  # in JSON: the string that follows is a number
_BARE_STRING = re.compile(r'"\\u0003([^"]*)"')
_FACT = re.compile(r"^(e:|i:)(\d+)(.*)$")
_ABOUT_CLOCK = re.compile(r"^((?:at_risk|escalated):[^:]+:)(\d+):((?:e|i):.*)$")

Rename = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids of a table that are copied; ``width`` digits are enough for each of them."""

    copied: Collection[int]
    width: int

    @classmethod
    def of(cls, copied: Collection[int], *, highest: int) -> "Ids":
        """Ids of which the table's highest one, copied or not, is ``highest``."""
        return cls(copied, len(str(highest)))

    def of_copy(self, text: str) -> str:
        """The id in the template of a copy; one that is not copied is itself."""
        return f"{NUMBER}{text.zfill(self.width)}" if int(text) in self.copied else text

    def number(self, copy: int, number: int) -> int:
        """The id of a copy."""
        return int(f"{copy}{number:0{self.width}}")


@dataclass(frozen=True, slots=True)
class Renaming:
    """Everything that is called otherwise in a copy.

    ``ids`` by table; ``external_ids`` of copied events and of records that events name by text (calls).
    """

    ids: Mapping[str, Ids]
    external_ids: Collection[str]

    def id_of(self, table: str) -> Rename:
        """Renames ids of a table."""
        return self.ids[table].of_copy

    def array_of(self, table: str) -> Rename:
        """Renames an array of ids."""
        of_copy = self.ids[table].of_copy
        return lambda text: re.sub(r"\d+", lambda found: of_copy(found[0]), text)

    def mentioned(self, text: str) -> str:
        """An external id in the data of an event."""
        return named(text) if text in self.external_ids else text

    def fact(self, key: str) -> str:
        """The key of a fact: of an event by its id, of an implied one by its record's."""
        found = _FACT.match(key)
        if not found:
            return key
        table = "leads_event" if found[1] == "e:" else "leads_ref"
        return f"{found[1]}{self.ids[table].of_copy(found[2])}{found[3]}"

    def notice(self, key: str) -> str:
        """The key of a notice: about a breach, an act on one, or a clock."""
        if about := _ABOUT_CLOCK.match(key):
            return f"{about[1]}{self.ids['leads_ref'].of_copy(about[2])}:{self.fact(about[3])}"
        what, number, rest = key.split(":", 2)
        table = "reporting_breach" if what == "breach" else "core_auditentry"
        return f"{what}:{self.ids[table].of_copy(number)}:{rest}"

    def json(self, **keys: Rename) -> Rename:
        """Renames the values of these keys wherever they stand in a document."""

        def rename(text: str) -> str:
            if not any(f'"{key}"' in text for key in keys):
                return text
            said = json.dumps(_renamed(json.loads(text), keys), ensure_ascii=False)
            return _BARE_STRING.sub(r"\1", said).replace(r"\u0001", NUMBER).replace(r"\u0002", ORDINAL)

        return rename


def named(text: str) -> str:
    """An external id: the copy's ordinal goes before it, so that the order within a copy stays."""
    return f"{ORDINAL}-{text}"


def titled(text: str) -> str:
    """The name of an account, a person, a deal."""
    return f"{text} {ORDINAL}"


def domain(text: str) -> str:
    """A domain, or an address in it."""
    return re.sub(r"\.example$", f"-{ORDINAL}.example", text)


def _renamed(value: Any, keys: Mapping[str, Rename]) -> Any:
    if isinstance(value, dict):
        return {
            key: _value(inner, keys[key], keys) if key in keys else _renamed(inner, keys)
            for key, inner in value.items()
        }
    return [_renamed(inner, keys) for inner in value] if isinstance(value, list) else value


def _value(value: Any, rename: Rename, keys: Mapping[str, Rename]) -> Any:
    if isinstance(value, str):
        return rename(value)
    if isinstance(value, list):
        return [_value(inner, rename, keys) for inner in value]
    if value is None or isinstance(value, bool | dict):
        return _renamed(value, keys)
    return _BARE + rename(str(value))
