"""Content that marketing announces by some channels, each in its own time."""

from dataclasses import replace
from typing import Any

from agreements.business_time import ALWAYS_OPEN, Schedule
from agreements.durations import parse_duration
from agreements.enums import Kind
from agreements.terms.kinds import ChecklistTerms, Steps
from agreements.terms.values import Promise
from measurement.facts import Fact
from tests.measurement.builders import MARKETING, fact, promise, selector, subject

CONTENT = 60
STEPS = {"email": "1 hour", "portal": "2 hours", "training": "10 hours"}


def checklist(
    steps: dict[str, str] | None = None, *, schedule: Schedule = ALWAYS_OPEN, event: str = "", **more: Any
) -> Promise:
    """Terms by their names, durations as text; what belongs to the promise itself too."""
    about = {name: more.pop(name) for name in ("version", "starts_at", "ends_at") if name in more}
    own = {name: more.pop(name) for name in ("takes_over",) if name in more}
    texts = {name: parse_duration(more.pop(name)) for name in ("early", "give_up") if more.get(name)}
    allowed = tuple((value, parse_duration(text)) for value, text in (steps or STEPS).items())
    more.setdefault("start", (selector("content.published"),))
    terms = ChecklistTerms(steps=Steps(event or "content.announced", "channel", allowed), **texts, **more)
    told = promise(schedule=schedule, **about)
    return replace(told, key="content-enablement", kind=Kind.CHECKLIST, team_id=MARKETING, terms=terms, **own)


def published(when: Any, name: str = "", **more: Any) -> Fact:
    return fact("content.published", when, name, **more)


def announced(channel: Any, when: Any, name: str = "", **more: Any) -> Fact:
    name = name or f"{channel}@{when}"
    return fact("content.announced", when, name, data={"channel": channel}, **more)


def content(*facts: Fact, **more: Any) -> Any:
    return subject(*facts, ref=CONTENT, type="content", **more)
