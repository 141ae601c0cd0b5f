"""Figures that no CRM holds, entered by hand every month: orders, visits, subscribers."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from demo.cast import ADMINISTRATOR, EMMA
from demo.stage import Stage
from leads.figures import BY_HAND, Entry, store
from people.models import User

#: Series → usual value of a month and how far months lie around it.
MONTHLY = {"orders": (290_000, 0.16), "visits": (12_300, 0.08), "subscribers": (104, 0.2)}
FINANCE = "orders"


def enter_figures(stage: Stage, users: Mapping[str, User]) -> None:
    """The figures of every month that is over; finance's by the administrator, the others by marketing."""
    for series, (usual, around) in MONTHLY.items():
        by = users[ADMINISTRATOR.key if series == FINANCE else EMMA.key]
        entries = [
            Entry(
                series=series, day=day, value=Decimal(round(usual * stage.dice(series, day).gauss(1, around)))
            )
            for day in _month_ends(stage)
        ]
        store(entries, by=by, source=BY_HAND, as_of=stage.as_of)


def _month_ends(stage: Stage) -> Iterator[date]:
    first = stage.first_day.replace(day=1)
    while (after := (first + timedelta(days=32)).replace(day=1)) <= stage.last_day:
        yield after - timedelta(days=1)
        first = after
