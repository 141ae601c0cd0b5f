"""The company's own figures for its quota, each with the number of cases that it is read from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from core.replicas import reading as connection
from measurement.enums import Board
from measurement.funnel import STAGES, By, Cohort, Stage, funnel
from measurement.journeys import FACTS, parameters, zone_of_company
from measurement.kept import windows
from measurement.kept.funnels import parameters_of, pieces
from measurement.kept.serving import zone_kept
from measurement.periods import midnight

WINDOW = timedelta(days=365)
#: With fewer cases a share says little: it is shown as such.
FEWEST = 20

#: Currency, deals won, lost, won with an amount, and what these come to.
LIVE = f"""
WITH {FACTS}
SELECT currency, count(won_at), count(lost_at), count(amount) FILTER (WHERE won_at IS NOT NULL),
    coalesce(sum(amount) FILTER (WHERE won_at IS NOT NULL), 0)
FROM deal WHERE coalesce(won_at, lost_at) >= %(since)s AND coalesce(won_at, lost_at) < %(end)s
GROUP BY currency ORDER BY currency NULLS LAST
"""
KEPT = f"""
WITH {pieces("asked")}
SELECT nullif(currency, ''), sum(won)::bigint, sum(lost)::bigint, sum(won - won_without_amount)::bigint,
    sum(won_amount)
FROM (
    SELECT t.currency, won, lost, won_without_amount, won_amount FROM asked_span s
    JOIN measurement_moneytally t
    ON t.board = '{Board.CLOSED}' AND t.grain = s.grain AND t.start >= s.first AND t.start < s.last
    UNION ALL
    SELECT d.currency, count(d.won_at), count(d.lost_at),
        count(d.won_at) FILTER (WHERE d.amount IS NULL),
        coalesce(sum(d.amount) FILTER (WHERE d.won_at IS NOT NULL), 0)
    FROM asked_part p JOIN measurement_journeydeal d ON d.closed_at >= p.since AND d.closed_at < p.until
    GROUP BY d.currency
) AS told GROUP BY 1 ORDER BY 1 NULLS LAST
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
    """What a year of whole days showed. Rates come from leads handed over in [since, mature_until): later
    ones may still come on. ``currencies`` in which deals were won, the one with the most deals first."""

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
    """The figures of the year before ``as_of``: it begins with a day, as does what is too young."""
    zone = zone_of_company(as_of=as_of)
    since = midnight((as_of - WINDOW).astimezone(ZoneInfo(zone)).date(), zone)
    maturity = funnel(by=By.ORIGIN, cohort=Cohort.QUALIFIED, since=as_of, as_of=as_of).maturity_days
    matured = as_of - timedelta(days=min(maturity, WINDOW.days // 2))
    mature_until = midnight(matured.astimezone(ZoneInfo(zone)).date(), zone)
    leads = funnel(by=By.ORIGIN, cohort=Cohort.QUALIFIED, since=since, until=mature_until, as_of=as_of).total
    closed = closings(since=since, as_of=as_of)
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


def closings(*, since: datetime, as_of: datetime) -> list[tuple]:
    """A row a currency of the deals that were won or lost from ``since`` on."""
    if zone := zone_kept(as_of=as_of):
        return _ask(KEPT, parameters_of("asked", windows.cut(since, None, zone)))
    return live_closings(since=since, as_of=as_of)


def live_closings(*, since: datetime, as_of: datetime) -> list[tuple]:
    """The same from the facts, whatever is kept."""
    return _ask(LIVE, {**parameters(as_of), "since": since})


def _ask(statement: str, given: Mapping[str, Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchall()


def share(numerator: int, denominator: int) -> Sample:
    """So many of so many; without cases there is no figure."""
    value = Fraction(numerator, denominator) if denominator else None
    return Sample(value, denominator, numerator)


def _mean(amount: object, cases: int) -> Sample:
    return Sample(Fraction(str(amount)) / cases if cases else None, cases)


def _currencies(closed: Sequence[tuple]) -> tuple[str, ...]:
    return tuple(row[0] for row in sorted(closed, key=lambda row: (-row[3], row[0] or "")) if row[0])
