"""In which room of the house a page is: what the navigation marks, and the pages beside it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Beginning of a page's name → its room; the first that fits. Promises and readings are looked at from above.
ROOMS = (
    ("exception", "exceptions"),
    ("report", "reports"),
    ("agreement", "agreements"),
    ("promise", "agreements"),
    ("my_clocks", "my_clocks"),
    ("mail", "mailbox"),
    ("overview", "overview"),
    ("commitment", "overview"),
    ("reading", "overview"),
    ("buying", "overview"),
)

#: The pages of the room "insights", in the order of its tabs, each with the pages below it.
INSIGHTS: tuple[tuple[str, Promise, tuple[str, ...]], ...] = (
    ("conversion", _("Conversion"), ()),
    ("lead_feedback", _("What became of leads"), ("lead_feedback_list",)),
    ("priorities", _("Priorities"), ()),
    ("goals", _("Goals"), ("figures",)),
    ("scoring", _("Scoring"), ("scored_lead",)),
    ("quota", _("Quota"), ("quota_agree",)),
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
    if any(page == name or page in below for name, _label, below in INSIGHTS):
        return "insights"
    return next((room for beginning, room in ROOMS if page.startswith(beginning)), None)


def insight_tabs(page: str | None) -> list[Tab]:
    """The tabs above every page of insights."""
    return [
        Tab(name, label, reverse(name), current=page == name or page in below)
        for name, label, below in INSIGHTS
    ]
