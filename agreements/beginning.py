"""A new agreement from its parties, a calendar and promises of the catalogue: a draft to go on from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from agreements.catalogue import by_key, picked
from agreements.document import write_yaml
from agreements.loading import Loaded, load
from agreements.models import Agreement, CalendarVersion, Commitment
from people.models import User


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a new agreement starts with.

    ``teams``: the slug of the team on each side, {"marketing": …, "sales": …}. ``calendar`` is a key;
    ``definition`` what a new calendar of that key says, None for one that the company has. ``promises`` are
    keys of the catalogue.
    """

    key: str
    title: Any
    teams: Mapping[str, str]
    effective_from: date
    calendar: str
    definition: Mapping[str, Any] | None
    promises: Iterable[str]


def begin(beginning: Beginning, *, by: User, as_of: datetime) -> Loaded:
    """The draft of a new agreement; ``DocumentError`` with all that is wrong."""
    definition = beginning.definition or _known(beginning.calendar)
    document = {
        "agreement": beginning.key,
        "title": beginning.title,
        "parties": list(dict.fromkeys(beginning.teams.values())),
        "effective_from": beginning.effective_from.isoformat(),
        "form": "short",
        "calendars": {beginning.calendar: dict(definition)},
        "commitments": list(_commitments(beginning)),
    }
    return load(write_yaml({k: v for k, v in document.items() if v}), by=by, as_of=as_of)


def is_taken(key: str) -> bool:
    """Whether an agreement has this key."""
    return Agreement.objects.filter(key=key).exists()


def free_key(key: str, agreement: str) -> str:
    """The key, unless a commitment of another agreement has it: then with the agreement's before it."""
    others = Commitment.objects.exclude(version__agreement__key=agreement)
    return f"{agreement}-{key}"[:64] if others.filter(key=key).exists() else key


def _known(calendar: str) -> dict[str, Any]:
    newest = CalendarVersion.objects.filter(calendar__key=calendar).latest("number")
    return dict(newest.definition)


def _commitments(beginning: Beginning) -> Iterable[dict[str, Any]]:
    for key in beginning.promises:
        entry = by_key(key)
        if entry is not None:
            owner = beginning.teams[entry.side]
            chosen = picked(entry, owner=owner, effective_from=beginning.effective_from)
            yield chosen | {"key": free_key(entry.key, beginning.key)}
