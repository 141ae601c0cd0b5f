"""The conversion table as it is shown: labels, shares, amounts by currency, the chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from core.charts.funnel import FunnelStep, funnel_bars
from measurement import compliance
from measurement.funnel import STAGES, By, Funnel, Money, Row, Stage, fold
from people.visibility import Sight
from reporting.owner_names import OwnerNames
from reporting.showing.numbers import NBSP, percent
from reporting.showing.tables import period_label

NARROW = 340


@dataclass(frozen=True, slots=True)
class Cell:
    """The leads at one stage, and which share of the stage before came on to it."""

    count: int
    rate: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One row as shown; ``maturing`` leads may still come on."""

    label: str
    cells: tuple[Cell, ...]
    close_rate: str
    closed: str
    money: tuple[str, ...]
    maturing: int


@dataclass(frozen=True, slots=True)
class Shown:
    """Rows and the total that they add up to."""

    rows: list[ShownRow]
    total: ShownRow


def stage_name(stage: Stage) -> str:
    """What a stage is called."""
    return {
        Stage.LEAD: _("Leads"),
        Stage.MQL: _("MQL"),
        Stage.SAL: _("SAL"),
        Stage.SQL: _("SQL"),
        Stage.DEAL: _("Deals"),
        Stage.WON: _("Won"),
    }[stage]


def labelled(found: Funnel, by: By, sight: Sight) -> list[tuple[str, Row]]:
    """The rows with their labels. By owner: people whom the reader may not see by name are one row together;
    nobody's leads are a row of their own."""
    if by is By.MONTH:
        return [(period_label(row.key or "", compliance.By.MONTH), row) for row in found.rows]
    if by is By.ORIGIN:
        return [(row.key or _("unknown origin"), row) for row in found.rows]
    return _by_owner(found.rows, sight)


def _by_owner(rows: Sequence[Row], sight: Sight) -> list[tuple[str, Row]]:
    names = OwnerNames((int(row.key) for row in rows if row.key), sight)
    shown: list[tuple[str, Row]] = []
    hidden: list[Row] = []
    nobody: list[Row] = []
    for row in rows:
        name = names.name(int(row.key)) if row.key else None
        if name:
            shown.append((name, row))
        else:
            (hidden if row.key else nobody).append(row)
    if hidden:
        shown.append((_("everybody else, without names"), fold(hidden, None)))
    return [*shown, *((_("unassigned"), row) for row in nobody)]


def shown(found: Funnel, rows: Sequence[tuple[str, Row]]) -> Shown:
    """The table."""
    return Shown([_row(label, row) for label, row in rows], _row("", found.total))


def chart(total: Row, *, width: int = 720) -> dict[str, Any]:
    """The funnel of all the leads in the table."""
    return funnel_bars([_step(total, stage) for stage in STAGES], width=width)


def charts(total: Row) -> dict[str, Any]:
    """The chart as wide as the page, and for a phone."""
    return {"chart": chart(total), "narrow_chart": chart(total, width=NARROW)}


def money_text(amount: Decimal, currency: str | None) -> str:
    """``12,300 EUR``; amounts without a currency say so."""
    text = number_format(amount.quantize(Decimal(1)), 0, force_grouping=True)
    return f"{text}{NBSP}{currency}" if currency else _("%(amount)s without currency") % {"amount": text}


def _row(label: str, row: Row) -> ShownRow:
    cells = [Cell(row.counts[0], "")]
    cells += [Cell(row.count(stage), percent(row.rate(stage))) for stage in STAGES[1:]]
    closed = f"{row.deals_won}/{row.deals_closed}" if row.deals_closed else ""
    money = tuple(_money(one) for one in row.money if one.deals > one.without_amount)
    return ShownRow(label, tuple(cells), percent(row.close_rate), closed, money, row.maturing)


def _money(one: Money) -> str:
    words = {"won": money_text(one.won_amount, one.currency), "all": money_text(one.amount, one.currency)}
    return _("%(won)s of %(all)s") % words


def _step(total: Row, stage: Stage) -> FunnelStep:
    count, name = total.count(stage), stage_name(stage)
    if stage is STAGES[0]:
        return FunnelStep(name, count, number_format(count), "", f"{name}: {count}")
    share, rate = percent(total.overall(stage)), percent(total.rate(stage))
    text = f"{number_format(count)} · {share}"
    return FunnelStep(name, count, text, rate, f"{name}: {text} ({rate})")
