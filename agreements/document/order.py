"""The order in which keys are written: that of the examples of CONTRACT §3. A database keeps none."""

from collections.abc import Mapping
from typing import Any

from agreements.business_time import DAYS
from agreements.document.calendar import KEYS as CALENDAR_KEYS
from agreements.enums import Kind
from agreements.terms.parsing import KEYS as TERM_KEYS
from agreements.terms.parsing import LANGUAGES
from agreements.terms.selectors import OPERATORS

KEYS = (
    *("agreement", "title", "parties", "teams", "effective_from", "open_clocks", "waivers", "form"),
    *("sections", "goals", "personas", "mql", "responsibilities", "people", "channels", "meetings"),
    *("calendars", "commitments"),
)
SECTIONS = ("company_goals", "marketing_goals", "sales_goals", "handoff", "communication", "reporting")
GOAL_PARTS = ("company", "marketing", "sales")
GOAL_PERIODS = ("month", "quarter", "half", "year")
GOAL_STATES = ("on_track", "at_risk", "off_track", "done")
ROLES = ("marketing", "operations", "lead_generation", "sales", "sales_management", "service_delivery")
"""Who attends meetings, beside the teams of the agreement."""
CAPACITIES = tuple(
    f"{what}_per_{period}"
    for what in ("leads", "contacts", "calls", "meetings", "contents", "hours")
    for period in ("day", "week", "month")
)
"""What the people of a role can take on; leads_per_week is what a quota's follow-up is held against."""
OPEN_CLOCKS = ("keep", "move")
"""What becomes of clocks that run when the version starts: they stay with theirs, or move to this one."""
WAIVERS = "10%"
"""So many of a month's misses of a promise may be waived by the other team where nothing is said."""

_PARTS = (
    LANGUAGES,
    SECTIONS,
    CALENDAR_KEYS,
    DAYS,
    OPERATORS,
    (
        "event",
        "events",
        "field",
        "values",
        "distinct",
        "unless",
        "where",
        "by",
        "needs",
        "at_least",
        "within",
    ),
    ("country", "subdivision"),
    ("criteria", "scoring", "threshold"),
    ("key", "part", "title", "metric", "target", "unit", "period", "measured_by", "status"),
    ("key", "title", "text"),
    ("persona", "text", "where"),
    ("when", "points", "because", "where", "event", "within"),
    ("team", "role", "count", "capacity"),
    ("title", "purpose"),
    ("title", "cadence", "length", "attendees", "agenda"),
    ("online", "offline"),
    ("count", "of", "at_least"),
    ("from", "to"),
    ("by", "every"),
    ("at", "to"),
)
"""The mappings whose keys are not the writer's choice; one belongs to the first that has all its keys."""


def in_order(value: Any) -> Any:
    """A part of the document, its mappings in the order of writing; keys of the writer's choice stay put."""
    if isinstance(value, list):
        return [in_order(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    keys = next((keys for keys in _PARTS if value.keys() <= set(keys)), ())
    return {key: in_order(inner) for key, inner in ordered(value, keys).items()}


def commitment_in_order(kind: Kind, commitment: Mapping[str, Any]) -> dict[str, Any]:
    """A commitment, or its terms: what it is, what it says, how it is judged."""
    about = ("key", "title", "owner", "kind", "calendar")
    return {key: in_order(value) for key, value in ordered(commitment, (*about, *TERM_KEYS[kind])).items()}


def ordered(part: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """A mapping's entries in the order of ``keys``, others after them."""
    known = {key: part[key] for key in keys if key in part}
    return {**known, **{key: value for key, value in part.items() if key not in known}}
