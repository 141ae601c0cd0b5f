"""What journeys add up to, as SQL: taken out before the journeys of some leads change, put in afterwards.

``tallied`` is made from rows as they are stored, ``board`` by ``board``; what comes to nothing is not kept.
"""

from collections.abc import Iterator

from django.db import connection

from measurement.enums import Board, Grain

#: The letters of a path, in the order of the stages, with the column of each.
STAGES = {"l": "created_at", "m": "mql_at", "a": "sal_at", "q": "sql_at", "d": "deal_at", "w": "won_at"}
#: Those of what became of a handed lead.
FLAGS = {"b": "bad_data", "m": "met", "d": "deal_at IS NOT NULL", "w": "won_at IS NOT NULL"}

REACHED = " || ".join(
    f"CASE WHEN j.{column} IS NULL THEN '' ELSE '{name}' END" for name, column in STAGES.items()
)
FATE = "concat_ws('|', j.outcome, {}, j.reason)".format(
    " || ".join(f"CASE WHEN j.{test} THEN '{name}' ELSE '' END" for name, test in FLAGS.items())
)
#: Board → the instant that puts a lead on it, its party, its path.
OF_LEADS = {
    Board.CREATED: ("j.created_at", "j.owner_id", REACHED),
    Board.QUALIFIED: ("j.mql_at", "j.owner_id", REACHED),
    Board.HANDED: ("j.mql_at", "j.campaign_id", FATE),
}
#: Board → the instant from which the time to a win is counted.
OF_WINS = {Board.CREATED: "j.created_at", Board.QUALIFIED: "j.mql_at"}

COUNTED = ("deals", "won", "lost", "without_amount", "won_without_amount", "amount", "won_amount")
COUNTS = """count(*) AS deals, count(d.won_at) AS won, count(d.lost_at) AS lost,
    count(*) FILTER (WHERE d.amount IS NULL) AS without_amount,
    count(d.won_at) FILTER (WHERE d.amount IS NULL) AS won_without_amount,
    coalesce(sum(d.amount), 0) AS amount,
    coalesce(sum(d.amount) FILTER (WHERE d.won_at IS NOT NULL), 0) AS won_amount"""

CELL = ("board", "grain", "start", "origin", "party")
#: Table → its identity and what is added up.
TABLES = {
    "journeytally": ((*CELL, "path"), ("leads",)),
    "moneytally": ((*CELL, "currency"), COUNTED),
    "wintally": (("board", "days"), ("wins",)),
}

PREPARE = "".join(
    f"""
CREATE TEMPORARY TABLE IF NOT EXISTS changed_{name} ON COMMIT DELETE ROWS AS
SELECT {", ".join((*identity, *sums))} FROM measurement_{name} LIMIT 0;
DELETE FROM changed_{name};
"""
    for name, (identity, sums) in TABLES.items()
)


def tallied(*, some: bool) -> Iterator[tuple[str, str]]:
    """(table, statement) for everything that is added up; parameter ``zone``. ``some``: of the leads and
    deals in the tables asked_lead and asked_deal alone."""
    leads = "JOIN asked_lead asked ON asked.id = j.lead_id" if some else ""
    for board, (at, party, path) in OF_LEADS.items():
        cell = _cell(board, at, party)
        yield (
            "journeytally",
            f"""
            SELECT {cell}, {path} AS path, count(*) AS leads FROM measurement_journey j {leads} {_GRAINS}
            WHERE {at} IS NOT NULL GROUP BY 2, 3, 4, 5, 6""",
        )
        yield (
            "moneytally",
            f"""
            SELECT {cell}, d.currency, {COUNTS} FROM measurement_journey j {leads}
            JOIN measurement_journeydeal d ON d.lead_id = j.lead_id AND d.created_at IS NOT NULL {_GRAINS}
            WHERE {at} IS NOT NULL GROUP BY 2, 3, 4, 5, 6""",
        )
    deals = "JOIN asked_deal asked ON asked.id = d.deal_id" if some else ""
    yield (
        "moneytally",
        f"""
        SELECT {_cell(Board.CLOSED, "d.closed_at", None)}, d.currency, {COUNTS}
        FROM measurement_journeydeal d {deals} {_GRAINS} WHERE d.closed_at IS NOT NULL GROUP BY 2, 3, 6""",
    )
    for board, at in OF_WINS.items():
        yield (
            "wintally",
            f"""
            SELECT '{board}' AS board, ceil(extract(epoch FROM j.won_at - {at}) / 86400)::int AS days,
                count(*) AS wins
            FROM measurement_journey j {leads} WHERE j.won_at >= {at} GROUP BY 2""",
        )


_GRAINS = f"CROSS JOIN (VALUES ('{Grain.DAY}'), ('{Grain.MONTH}')) AS kind (grain)"


def _cell(board: Board, at: str, party: str | None) -> str:
    day = f"date_trunc(kind.grain, {at} AT TIME ZONE %(zone)s)::date"
    origin = "coalesce(j.origin, '')" if party else "''"
    whose = f"coalesce({party or 0}, 0) AS party"
    return f"'{board}' AS board, kind.grain, {day} AS start, {origin} AS origin, {whose}"


def prepare() -> None:
    """Empty the temporary tables of changes."""
    with connection.cursor() as cursor:
        cursor.execute(PREPARE)


def note(sign: int, zone: str) -> None:
    """Note what the asked leads and deals add up to as they are stored now, with this sign."""
    with connection.cursor() as cursor:
        for table, statement in tallied(some=True):
            identity, sums = TABLES[table]
            signed = ", ".join(f"{sign} * {name}" for name in sums)
            told = f"SELECT {', '.join(identity)}, {signed} FROM ({statement}) AS told"
            cursor.execute(f"INSERT INTO changed_{table} {told}", {"zone": zone})


def apply() -> None:
    """Add what was noted to the tallies, cell by cell in one order; what comes to nothing goes."""
    with connection.cursor() as cursor:
        for table, (identity, sums) in TABLES.items():
            cursor.execute(_applying(table, identity, sums))
            cursor.execute(_emptied(table, identity, sums[0]))


def _applying(table: str, identity: tuple[str, ...], sums: tuple[str, ...]) -> str:
    columns, totals = ", ".join(identity), ", ".join(f"sum({name})" for name in sums)
    changed = " OR ".join(f"sum({name}) <> 0" for name in sums)
    added = ", ".join(f"{name} = kept.{name} + excluded.{name}" for name in sums)
    return f"""
        INSERT INTO measurement_{table} AS kept ({columns}, {", ".join(sums)})
        SELECT {columns}, {totals} FROM changed_{table} GROUP BY {columns} HAVING {changed} ORDER BY {columns}
        ON CONFLICT ({columns}) DO UPDATE SET {added}"""


def _emptied(table: str, identity: tuple[str, ...], count: str) -> str:
    same = " AND ".join(f"kept.{name} = changed.{name}" for name in identity)
    changed = f"SELECT DISTINCT {', '.join(identity)} FROM changed_{table}"
    return f"""
        DELETE FROM measurement_{table} kept USING ({changed}) changed
        WHERE {same} AND kept.{count} = 0"""


def afresh(zone: str) -> None:
    """Make all tallies anew from the stored rows."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DELETE FROM measurement_{table}")
        for table, statement in tallied(some=False):
            columns = ", ".join((*TABLES[table][0], *TABLES[table][1]))
            cursor.execute(
                f"INSERT INTO measurement_{table} ({columns}) SELECT {columns} FROM ({statement}) AS told",
                {"zone": zone},
            )


def differing(zone: str) -> list[str]:
    """Which tallies are not what the stored rows add up to, as "table board …"."""
    found: list[str] = []
    with connection.cursor() as cursor:
        for table, (identity, sums) in TABLES.items():
            columns = ", ".join((*identity, *sums))
            told = " UNION ALL ".join(
                f"SELECT {columns} FROM ({statement}) AS told"
                for name, statement in tallied(some=False)
                if name == table
            )
            kept = f"SELECT {columns} FROM measurement_{table}"
            cursor.execute(
                f"WITH told AS MATERIALIZED ({told}) SELECT DISTINCT {', '.join(identity)} FROM ("
                f"(SELECT * FROM told EXCEPT ({kept})) UNION ALL (({kept}) EXCEPT SELECT * FROM told)"
                ") AS other ORDER BY 1, 2 LIMIT 20",
                {"zone": zone},
            )
            found += [f"{table} {' '.join(map(str, row))}" for row in cursor.fetchall()]
    return found
