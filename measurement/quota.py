"""How many qualified leads a month a revenue goal asks for, and what following them up takes; pure.

goal ÷ average deal = deals to win; ÷ close rate = deals to open; ÷ the share of SQLs that become deals, of
accepted leads that become SQLs, of MQLs that are accepted = MQLs. All steps are exact; only the number of
MQLs a month and of people is rounded, up: less would not reach the goal.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

MINUTES = 60


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What the quota is worked out from. Rates are shares above 0 and up to 1; ``goal`` and ``average_deal``
    are in one currency. Follow-up: ``touches`` a lead of ``minutes`` each, by ``people`` who have ``hours`` a
    month for it."""

    goal: Fraction
    months: int
    average_deal: Fraction
    close_rate: Fraction
    sql_to_deal: Fraction
    sal_to_sql: Fraction
    mql_to_sal: Fraction
    touches: Fraction
    minutes: Fraction
    hours: Fraction
    people: int


@dataclass(frozen=True, slots=True)
class Quota:
    """What it comes to in the whole period; ``mql_a_month`` is the promise, a whole number.

    ``hours`` a month of following up, ``people_needed`` for them, and how many leads a month the people that
    there are can follow up (``capacity``; None where following up takes no time).
    """

    won: Fraction
    deals: Fraction
    sql: Fraction
    sal: Fraction
    mql: Fraction
    mql_a_month: int
    hours: Fraction
    people_needed: int
    leads_a_person: Fraction | None
    capacity: int | None

    @property
    def fits(self) -> bool:
        """Whether the people that there are can follow up that many."""
        return self.capacity is None or self.capacity >= self.mql_a_month


def work_out(given: Assumptions) -> Quota:
    """The quota; ValueError names what cannot be: nothing to win, a rate that is no share, no time."""
    _check(given)
    won = given.goal / given.average_deal
    deals = won / given.close_rate
    sql = deals / given.sql_to_deal
    sal = sql / given.sal_to_sql
    mql = sal / given.mql_to_sal
    a_month = ceil(mql / given.months)
    per_lead = given.touches * given.minutes / MINUTES
    hours = a_month * per_lead
    each = given.hours / per_lead if per_lead else None
    return Quota(
        won=won,
        deals=deals,
        sql=sql,
        sal=sal,
        mql=mql,
        mql_a_month=a_month,
        hours=hours,
        people_needed=ceil(hours / given.hours),
        leads_a_person=each,
        capacity=None if each is None else int(each * given.people),
    )


def _check(given: Assumptions) -> None:
    for name in ("goal", "months", "average_deal", "hours"):
        if getattr(given, name) <= 0:
            raise ValueError(f"{name} must be above 0")
    for name in ("close_rate", "sql_to_deal", "sal_to_sql", "mql_to_sal"):
        if not 0 < getattr(given, name) <= 1:
            raise ValueError(f"{name} must be above 0 and at most 1")
    for name in ("touches", "minutes", "people"):
        if getattr(given, name) < 0:
            raise ValueError(f"{name} cannot be negative")
