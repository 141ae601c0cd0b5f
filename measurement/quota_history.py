"""The company's own figures for its quota, each with the number of cases that it is read from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from django.db import connection

from measurement.funnel import STAGES, By, Cohort, Stage, funnel
from measurement.journeys import FACTS, parameters

WINDOW = timedelta(days=365)
#: With fewer cases a share says little: it is shown as such.
FEWEST = 20

CLOSED = f"""
WITH {FACTS}
SELECT currency, count(won_at), count(lost_at), count(amount) FILTER (WHERE won_at IS NOT NULL),
    coalesce(sum(amount) FILTER (WHERE won_at IS NOT NULL), 0)
FROM deal WHERE coalesce(won_at, lost_at) >= %(since)s AND coalesce(won_at, lost_at) < %(end)s
GROUP BY currency ORDER BY currency NULLS LAST
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """A figure and the cases behind it: ``numerator`` of ``denominator`` (None: a mean over ``cases``)."""

    value: Fraction | None
    cases: int
    numerator: int | None = None

    @property
    def too_few(self) -> bool:
        """Whether the figure rests on too few cases to be relied on."""
        return self.cases < FEWEST


@dataclass(frozen=True, slots=True)
class History:
    """What a year showed. Rates come from leads handed over in [since, mature_until): later ones may still
    come on. ``currencies`` in which deals were won, the one with the most deals first."""

    since: datetime
    mature_until: datetime
    until: datetime
    currencies: tuple[str, ...]
    average_deal: dict[str, Sample]
    close_rate: Sample
    sql_to_deal: Sample
    sal_to_sql: Sample
    mql_to_sal: Sample


def history(*, as_of: datetime) -> History:
    """The figures of the year before ``as_of``; three statements."""
    since = as_of - WINDOW
    maturity = funnel(by=By.MONTH, cohort=Cohort.QUALIFIED, since=as_of, as_of=as_of).maturity_days
    mature_until = as_of - timedelta(days=min(maturity, WINDOW.days // 2))
    leads = funnel(by=By.MONTH, cohort=Cohort.QUALIFIED, since=since, until=mature_until, as_of=as_of).total
    with connection.cursor() as cursor:
        cursor.execute(CLOSED, {**parameters(as_of), "since": since})
        closed = cursor.fetchall()
    won, lost = sum(row[1] for row in closed), sum(row[2] for row in closed)
    return History(
        since=since,
        mature_until=mature_until,
        until=as_of,
        currencies=_currencies(closed),
        average_deal={row[0]: _mean(row[4], row[3]) for row in closed if row[0]},
        close_rate=share(won, won + lost),
        **{
            name: share(leads.onwards[STAGES.index(stage)], leads.count(stage))
            for name, stage in (
                ("mql_to_sal", Stage.MQL),
                ("sal_to_sql", Stage.SAL),
                ("sql_to_deal", Stage.SQL),
            )
        },
    )


def share(numerator: int, denominator: int) -> Sample:
    """So many of so many; without cases there is no figure."""
    value = Fraction(numerator, denominator) if denominator else None
    return Sample(value, denominator, numerator)


def _mean(amount: object, cases: int) -> Sample:
    return Sample(Fraction(str(amount)) / cases if cases else None, cases)


def _currencies(closed: Sequence[tuple]) -> tuple[str, ...]:
    return tuple(row[0] for row in sorted(closed, key=lambda row: (-row[3], row[0] or "")) if row[0])
