"""One line of the health page."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

LABELS: dict[str, Callable[[], str]] = {
    "missed": lambda: _("broken"),
    "at_risk": lambda: _("look at it"),
    "calm": lambda: _("not yet"),
    "kept": lambda: _("works"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the page. ``tone`` is a pill's: kept (well), calm (not yet), at_risk (look at it), missed
    (broken). ``page``: the name of the address where something can be done about it."""

    name: str
    tone: str
    found: str
    advice: str = ""
    page: str = ""

    @property
    def label(self) -> str:
        return LABELS[self.tone]()
