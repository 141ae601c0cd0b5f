"""The conversion table from tallies: a sum over small rows, whatever the number of leads."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from math import ceil
from typing import Any

from core.replicas import reading as connection
from measurement.enums import Board
from measurement.kept import windows
from measurement.kept.tallying import COUNTS, OF_LEADS, REACHED
from measurement.stages import DEFAULT_MATURITY, FEWEST_WINS, WITHIN, By, Cohort, Funnel, Money, Row, together

BOARDS = {Cohort.CREATED: Board.CREATED, Cohort.QUALIFIED: Board.QUALIFIED}
PATH = "lmaqdw"
SURVIVOR = "(SELECT coalesce(m.merged_into, m.id) FROM leads_ref m WHERE m.id = nullif({}, 0))::text"
#: What rows are grouped by, and what the group is called: survivors are looked up once a group.
GROUPS = {
    By.MONTH: ("date_trunc('month', start)", "to_char(given, 'YYYY-MM')"),
    By.ORIGIN: ("origin", "nullif(given, '')"),
    By.OWNER: ("party", SURVIVOR.format("given")),
}
_OF_ORIGIN = "(%(origin)s::text IS NULL OR origin = nullif(%(origin)s, ''))"
_LONG_MONEY = "deals, won, lost, without_amount, amount, won_amount"


def pieces(name: str) -> str:
    """The pieces of a window of this name (``windows.cut``) as tables ``<name>_span`` and ``<name>_part``."""
    return f"""
    {name}_span AS MATERIALIZED (SELECT * FROM
        unnest(%({name}_grains)s::text[], %({name}_firsts)s::date[], %({name}_lasts)s::date[])
        AS span (grain, first, last)),
    {name}_part AS MATERIALIZED (SELECT * FROM
        unnest(%({name}_since)s::timestamptz[], %({name}_until)s::timestamptz[]) AS part (since, until))"""


def parameters_of(name: str, window: windows.Window) -> dict[str, list[Any]]:
    """What ``pieces`` asks for."""
    return {
        f"{name}_grains": [str(grain) for grain, _, _ in window.spans],
        f"{name}_firsts": [first for _, first, _ in window.spans],
        f"{name}_lasts": [last for _, _, last in window.spans],
        f"{name}_since": [since for since, _ in window.parts],
        f"{name}_until": [until for _, until in window.parts],
    }


def leads_in(name: str, board: Board, path: str = REACHED) -> str:
    """(start, origin, party, path, leads) of a board in a window: tallies, and leads of parts of days."""
    at, party, _ = OF_LEADS[board]
    return f"""
    SELECT t.start, t.origin, t.party, t.path, t.leads FROM {name}_span s JOIN measurement_journeytally t
    ON t.board = '{board}' AND t.grain = s.grain AND t.start >= s.first AND t.start < s.last
    UNION ALL
    SELECT ({at} AT TIME ZONE %(zone)s)::date, coalesce(j.origin, ''), coalesce({party}, 0), {path}, 1
    FROM {name}_part p JOIN measurement_journey j ON {at} >= p.since AND {at} < p.until"""


def money_in(name: str, board: Board) -> str:
    """(start, origin, party, currency, deals …) of a board in a window."""
    at, party, _ = OF_LEADS[board]
    return f"""
    SELECT t.start, t.origin, t.party, t.currency, {_LONG_MONEY} FROM {name}_span s
    JOIN measurement_moneytally t
    ON t.board = '{board}' AND t.grain = s.grain AND t.start >= s.first AND t.start < s.last
    UNION ALL
    SELECT start, origin, party, currency, {_LONG_MONEY} FROM (
        SELECT ({at} AT TIME ZONE %(zone)s)::date AS start, coalesce(j.origin, '') AS origin,
            coalesce({party}, 0) AS party, d.currency, {COUNTS}
        FROM {name}_part p JOIN measurement_journey j ON {at} >= p.since AND {at} < p.until
        JOIN measurement_journeydeal d ON d.lead_id = j.lead_id AND d.created_at IS NOT NULL
        GROUP BY 1, 2, 3, 4) AS single"""


def leads_by(what: str, told: str, group: tuple[str, str], where: str, label: str = "path") -> str:
    """What is told of leads (``leads_in``) as rows (what, key, label, counts, no amounts)."""
    given, key = group
    return f"""
    SELECT '{what}', {key}, label, ARRAY[leads]::bigint[], NULL::numeric, NULL::numeric FROM (
        SELECT {given} AS given, {label} AS label, sum(leads) AS leads
        FROM ({told}) AS told WHERE {where} GROUP BY 1, 2) AS grouped"""


def money_by(told: str, group: tuple[str, str], where: str) -> str:
    """What is told of deals (``money_in``) as rows ('money', key, currency, counts, amounts)."""
    given, key = group
    return f"""
    SELECT 'money', {key}, nullif(currency, ''), counts, amount, won_amount FROM (
        SELECT {given} AS given, currency, sum(amount) AS amount, sum(won_amount) AS won_amount,
            ARRAY[sum(deals), sum(won), sum(lost), sum(without_amount)]::bigint[] AS counts
        FROM ({told}) AS told WHERE {where} GROUP BY 1, 2) AS grouped"""


def _table(board: Board, by: By) -> str:
    group, young = GROUPS[by], f"{_OF_ORIGIN} AND path NOT LIKE '%%w%%'"
    asked = leads_by("leads", leads_in("asked", board), group, _OF_ORIGIN)
    maturing = leads_by("young", leads_in("young", board), group, young, label="''")
    money = money_by(money_in("asked", board), group, _OF_ORIGIN)
    return f"WITH {pieces('asked')}, {pieces('young')} {asked} UNION ALL {maturing} UNION ALL {money}"


TABLES = {(cohort, by): _table(board, by) for cohort, board in BOARDS.items() for by in By}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the conversion table (``measurement.funnel.funnel``)."""

    by: By
    cohort: Cohort
    since: datetime | None
    until: datetime | None
    zone: str
    origin: str | None
    as_of: datetime


def funnel(asked: Asked) -> Funnel:
    """The table; two statements."""
    days, wins = _pace(BOARDS[asked.cohort])
    # Younger than so many days: the window has microseconds, as instants have.
    young = asked.as_of - timedelta(days=days) + timedelta(microseconds=1)
    since = young if asked.since is None else max(asked.since, young)
    given = {
        **parameters_of("asked", windows.cut(asked.since, asked.until, asked.zone)),
        **parameters_of("young", windows.cut(since, asked.until, asked.zone)),
        "zone": asked.zone,
        "origin": asked.origin,
    }
    with connection.cursor() as cursor:
        cursor.execute(TABLES[asked.cohort, asked.by], given)
        rows = list(_rows(cursor.fetchall()))
    return Funnel.of(rows, asked.by, maturity_days=days, wins=wins)


def _pace(board: Board) -> tuple[int, int]:
    """In how many days nine in ten wins came, and how many wins there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT days, wins FROM measurement_wintally WHERE board = %s ORDER BY days", [board])
        by_days = cursor.fetchall()
    wins = sum(count for _, count in by_days)
    if wins < FEWEST_WINS:
        return DEFAULT_MATURITY, wins
    seen = accumulate(count for _, count in by_days)
    place = bisect_left(list(seen), ceil(WITHIN * wins))
    return by_days[place][0], wins


def _rows(found: Sequence[Any]) -> Iterable[Row]:
    counts: dict[str | None, list[int]] = defaultdict(lambda: [0] * len(PATH))
    onwards: dict[str | None, list[int]] = defaultdict(lambda: [0] * (len(PATH) - 1))
    young: dict[str | None, int] = defaultdict(int)
    money: dict[str | None, list[Money]] = defaultdict(list)
    for what, key, label, numbers, *amounts in found:
        if what == "money":
            money[key].append(Money(label, *numbers, *amounts))
        elif what == "young":
            young[key] += numbers[0]
        else:
            there = [letter in label for letter in PATH]
            counts[key] = [n + numbers[0] * is_there for n, is_there in zip(counts[key], there, strict=True)]
            both = [here and after for here, after in pairwise(there)]
            onwards[key] = [n + numbers[0] * is_both for n, is_both in zip(onwards[key], both, strict=True)]
    for key, reached in counts.items():
        yield Row(key, tuple(reached), tuple(onwards[key]), young[key], together(money[key]))
