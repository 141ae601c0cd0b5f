"""Whether what is kept may be shown for what is asked."""

from datetime import datetime, timedelta

from core.replicas import reading as connection
from measurement.journeys import parameters

#: Up to so many leads the live table takes less than a blink: it is shown while something waits to be kept.
FEW = 5_000
#: Who asks for now may have read the clock before the last batch did.
A_MOMENT = timedelta(minutes=5)

STATE = """
SELECT state.zone, state.as_of, EXISTS (SELECT FROM measurement_journeymark)
    OR EXISTS (SELECT FROM core_changemark WHERE kind = 'event' AND ready_at < %(end)s)
    OR EXISTS (SELECT FROM core_changemark WHERE kind = 'record' AND ready_at < %(end)s)
FROM measurement_journeystate state
"""
MANY = "SELECT count(*) FROM (SELECT FROM measurement_journey LIMIT %s) AS counted"


def zone_kept(*, zone: str | None = None, as_of: datetime) -> str | None:
    """The zone of the kept days where they answer a question about ``as_of`` (by days in ``zone``, if given).

    None where they do not.

    They do where they say exactly what the facts say: nothing waits, and nothing later was looked at. With
    many leads they also do while something waits: what the page shows is then as of a few seconds ago.
    """
    with connection.cursor() as cursor:
        cursor.execute(STATE, parameters(as_of))
        state = cursor.fetchone()
        if state is None or zone not in (None, state[0]) or as_of < state[1] - A_MOMENT:
            return None
        if as_of >= state[1] and not state[2]:
            return str(state[0])
        cursor.execute(MANY, [FEW + 1])
        return str(state[0]) if cursor.fetchone()[0] > FEW else None
