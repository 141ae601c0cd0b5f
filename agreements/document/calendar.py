"""A calendar as an agreement writes it: timezone, week, public holidays, closed and open dates."""

from collections.abc import Callable
from typing import Any

from agreements.business_time import DAYS, WindowError, parse_timezone, parse_window
from agreements.public_holidays import expand
from agreements.terms.nodes import Node
from agreements.terms.scalars import parse_day

KEYS = ("timezone", "week", "holidays", "closed", "open")

_ANY_YEAR = 2026  # a country is known or not, whatever the year


def read_calendar(node: Node) -> None:
    """Note on the node's report everything that is wrong with a calendar."""
    entries = node.entries(KEYS, required=("timezone", "week"))
    if "timezone" in entries:
        entries["timezone"].read(_in_words(parse_timezone, "timezone"))
    if "week" in entries:
        for day in entries["week"].entries(DAYS).values():
            _read_windows(day)
    if "holidays" in entries:
        _read_holidays(entries["holidays"])
    for day in _listed(entries.get("closed")):
        day.read(parse_day)
    for key, windows in entries["open"].pairs() if "open" in entries else ():
        _read_open_day(key, windows)


def _read_open_day(day: str, windows: Node) -> None:
    try:
        parse_day(day)
    except ValueError as error:
        windows.refuse(str(error))
    _read_windows(windows)


def _read_windows(node: Node) -> None:
    for window in _listed(node):
        window.text()
        if isinstance(window.value, str):
            window.read(_in_words(parse_window, "window"))


def _read_holidays(node: Node) -> None:
    entries = node.entries(("country", "subdivision"), required=("country",))
    texts = {key: entry.text() for key, entry in entries.items()}
    if not texts.get("country") or ("subdivision" in texts and not texts["subdivision"]):
        return
    try:
        expand(texts["country"], texts.get("subdivision"), [_ANY_YEAR])
    except ValueError as error:
        place, _, message = str(error).partition(": ")
        node.at(place.removeprefix("holidays."), None).refuse(message)


def _listed(node: Node | None) -> list[Node]:
    """The items of a list that may be empty."""
    if node is None or node.value == []:
        return []
    return node.items()


def _in_words(parse: Callable[[object, str], Any], field: str) -> Callable[[Any], Any]:
    """A parser of business time, whose errors start with a field's name, without that name."""

    def read(value: Any) -> Any:
        try:
            return parse(value, field)
        except WindowError as error:
            raise ValueError(str(error).removeprefix(f"{field}: ")) from None

    return read
