"""What a new wording of an agreement changes, in words."""

import json
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LONGEST = 80


def differences(before: dict[str, Any] | None, after: dict[str, Any]) -> list[str]:
    """One line for each change between two documents; none when they say the same."""
    if before is None:
        return [_new(len(after.get("commitments") or ()), len(after.get("calendars") or ()))]
    return [*_parts(before, after), *_calendars(before, after), *_commitments(before, after)]


def _new(commitments: int, calendars: int) -> str:
    counted = {
        "commitments": ngettext("%(n)d commitment", "%(n)d commitments", commitments) % {"n": commitments},
        "calendars": ngettext("%(n)d calendar", "%(n)d calendars", calendars) % {"n": calendars},
    }
    return _("new agreement: %(commitments)s, %(calendars)s") % counted


def _parts(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    own = ("calendars", "commitments")
    yield from _walk("", *({k: v for k, v in side.items() if k not in own} for side in (before, after)))


def _calendars(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    old, new = before.get("calendars") or {}, after.get("calendars") or {}
    yield from _named(_("calendar"), old, new)
    first = [next(iter(side), None) for side in (old, new)]
    if first[0] != first[1] and set(old) == set(new):
        yield _("the first calendar, which is the default: %(old)s → %(new)s") % {
            "old": first[0],
            "new": first[1],
        }


def _commitments(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    old, new = ({part["key"]: part for part in side.get("commitments") or ()} for side in (before, after))
    yield from _named(_("commitment"), old, new)
    if list(old) != list(new) and set(old) == set(new):
        yield _("the order of the commitments")


def _named(word: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for key in [*old, *(key for key in new if key not in old)]:
        if key not in new:
            yield _("%(part)s removed") % {"part": f"{word} {key}"}
        elif key not in old:
            yield _("%(part)s added") % {"part": f"{word} {key}"}
        else:
            yield from (_told(f"{word} {key}", line) for line in _walk("", old[key], new[key]))


def _walk(place: str, old: Any, new: Any) -> Iterator[str]:
    """The changes below one place, each as ``within: 2 business hours → 4 business hours``."""
    if _same(old, new):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _walk(f"{place}.{key}" if place else key, old.get(key), new.get(key))
    elif _are_parts(old) and _are_parts(new):
        for index, (was, now) in enumerate(zip_longest(old, new)):
            yield from _walk(f"{place}[{index}]", was, now)
    elif old is None:
        yield _("%(place)s: %(new)s (new)") % {"place": place, "new": shown(new)}
    elif new is None:
        yield _("%(place)s: %(old)s (removed)") % {"place": place, "old": shown(old)}
    else:
        yield _told(place, f"{shown(old)} → {shown(new)}")


def _told(place: str, change: str) -> str:
    return _("%(place)s: %(change)s") % {"place": place, "change": change}


def _same(old: Any, new: Any) -> bool:
    # As JSON, because in Python true is 1, and 1 is 1.0.
    return json.dumps(old, sort_keys=True) == json.dumps(new, sort_keys=True)


def _are_parts(value: Any) -> bool:
    """Whether it is a list of mappings, which are compared one by one."""
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def shown(value: Any) -> str:
    """A value in one short line, as one would write it."""
    text = " ".join(_written(value).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
