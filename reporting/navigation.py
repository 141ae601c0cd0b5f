"""In which room of the house a page is: what the navigation marks, and the pages beside it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Audience(StrEnum):
    """Whom a tab is shown to; what they may really do is decided by each page."""

    EVERYBODY = "everybody"
    OVERSEERS = "overseers"  # administrators and auditors
    ADMINISTRATORS = "administrators"


@dataclass(frozen=True, slots=True)
class Page:
    """A page that has a tab, and the beginnings of the names of the pages below it."""

    name: str
    label: Promise
    below: tuple[str, ...] = ()
    audience: Audience = Audience.EVERYBODY


@dataclass(frozen=True, slots=True)
class Room:
    """Pages that stand beside each other."""

    label: Promise
    pages: tuple[Page, ...]


#: Rooms with tabs, in the order of their tabs.
ROOMS: dict[str, Room] = {
    "mine": Room(
        _("My work"),
        (
            Page("my_clocks", _("My clocks")),
            Page("notices", _("Notices"), ("notice",)),
            Page("declare", _("I did it"), ("declare_",)),
            Page("declarations", _("Declared facts"), ("declaration",)),
        ),
    ),
    "insights": Room(
        _("Insights"),
        (
            Page("conversion", _("Conversion")),
            Page("lead_feedback", _("What became of leads"), ("lead_feedback_list",)),
            Page("priorities", _("Priorities")),
            Page("goals", _("Goals"), ("figures",)),
            Page("scoring", _("Scoring"), ("scored_lead",)),
            Page("quota", _("Quota"), ("quota_agree",)),
        ),
    ),
    "data": Room(
        _("Data"),
        (
            Page("feeds", _("Feeds")),
            Page("records", _("Records"), ("record",)),
            Page("why_no_clock", _("Why no clock?")),
            Page("imports", _("Imports"), ("import",), Audience.OVERSEERS),
            Page("quarantine", _("Quarantine"), ("quarantine",), Audience.OVERSEERS),
        ),
    ),
    "company": Room(
        _("Company"),
        (
            Page("people", _("People"), ("person", "absence", "working")),
            Page("names", _("Names"), ("name",)),
            Page("team_channels", _("Channels"), ("team_channel",)),
            Page("setup", _("Set-up"), ("setup_",), Audience.ADMINISTRATORS),
            Page("audit", _("Audit trail"), ("audit",), Audience.OVERSEERS),
            Page("health", _("Health"), ("health",), Audience.OVERSEERS),
        ),
    ),
}

#: Beginning of a page's name → its room without tabs; the first that fits. Promises and readings are looked
#: at from above.
ALONE = (
    ("exception", "exceptions"),
    ("report", "reports"),
    ("agreement", "agreements"),
    ("promise", "agreements"),
    ("mail", "mailbox"),
    ("overview", "overview"),
    ("commitment", "overview"),
    ("reading", "overview"),
    ("buying", "overview"),
)


@dataclass(frozen=True, slots=True)
class Tab:
    """A page beside the one that is open."""

    name: str
    label: Promise
    address: str
    current: bool


def room_of(page: str | None) -> str | None:
    """The room of a page by the name of its address; None outside all rooms."""
    if page is None:
        return None
    tabbed = (key for key, room in ROOMS.items() if any(_is_in(page, one) for one in room.pages))
    return next(tabbed, None) or next((room for start, room in ALONE if page.startswith(start)), None)


def tabs_of(room: str | None, page: str | None, user: Any) -> list[Tab]:
    """The tabs above every page of a room, as far as they are for this person."""
    if room not in ROOMS:
        return []
    return [
        Tab(one.name, one.label, reverse(one.name), current=page is not None and _is_in(page, one))
        for one in ROOMS[room].pages
        if _is_for(one.audience, user)
    ]


def _is_in(page: str, tab: Page) -> bool:
    return page == tab.name or any(page.startswith(start) for start in tab.below)


def _is_for(audience: Audience, user: Any) -> bool:
    match audience:
        case Audience.EVERYBODY:
            return True
        case Audience.OVERSEERS:
            return bool(user.is_superuser or user.is_auditor)
    return bool(user.is_superuser)
