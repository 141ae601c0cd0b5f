"""What became of marketing's leads, as it is shown: numbers that link to the leads behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.charts.shares import Part, share_bar
from measurement.feedback import NONE, By, Fate, Outcome, Reason, Row
from people.visibility import Sight
from reporting.labels import labels_of
from reporting.owner_names import OwnerNames
from reporting.showing.conversion import money_text
from reporting.showing.numbers import percent

#: The numbers of a row with what asks for the leads behind each.
NUMBERS: tuple[tuple[str, dict[str, str]], ...] = (
    ("handed", {}),
    ("waiting", {"outcome": Outcome.WAITING.value}),
    ("accepted", {"outcome": Outcome.ACCEPTED.value}),
    ("rejected", {"outcome": Outcome.REJECTED.value}),
    ("bad_data", {"reached": "bad_data"}),
    ("recycled", {"outcome": Outcome.RECYCLED.value}),
    ("meetings", {"reached": "meeting"}),
    ("deals", {"reached": "deal"}),
    ("won", {"reached": "won"}),
)


@dataclass(frozen=True, slots=True)
class Number:
    """A count, the address of the leads behind it, and its share of the handed ones."""

    count: int
    address: str
    share: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One campaign or origin."""

    label: str
    numbers: list[Number]
    money: list[str]


@dataclass(frozen=True, slots=True)
class ShownReason:
    """Why leads were rejected."""

    label: str
    number: Number
    bad_data: int


@dataclass(frozen=True, slots=True)
class ShownFate:
    """One lead that was handed over."""

    label: str
    where: str
    owner: str
    handed_at: datetime
    outcome: str
    outcome_label: str
    reason: str
    bad_data: bool
    reached: str


def column_names() -> list[str]:
    """What the numbers of a row are called."""
    return [
        _("handed over"),
        _("waiting"),
        _("accepted"),
        _("rejected"),
        _("bad data"),
        _("given back"),
        _("meetings"),
        _("deals"),
        _("won"),
    ]


def outcome_name(outcome: str) -> str:
    """What became of a lead, in a word or two."""
    return {
        Outcome.WAITING: pgettext("lead", "waiting for a decision"),
        Outcome.ACCEPTED: pgettext("lead", "accepted"),
        Outcome.REJECTED: pgettext("lead", "rejected"),
        Outcome.RECYCLED: pgettext("lead", "given back"),
    }[Outcome(outcome)]


def reason_name(reason: str | None) -> str:
    """A rejection reason in words; one of the company's own as it is written."""
    known = {
        "unable_to_reach": _("out of reach"),
        "inaccurate_data": _("wrong data"),
        "duplicate": _("duplicate"),
        "test": _("test"),
        "no_consent": _("no consent"),
        "not_icp": _("does not fit our customers"),
        "no_interest": _("no interest"),
        "no_budget": _("no budget"),
        "no_authority": _("cannot decide"),
        "bad_timing": _("not the right time"),
        "competitor": _("competitor"),
        "existing_customer": _("is a customer already"),
        "student_or_jobseeker": _("student or jobseeker"),
        "vendor_or_partner": _("vendor or partner"),
    }
    return _("no reason given") if reason is None else known.get(reason, reason.replace("_", " "))


def shown_rows(
    rows: Sequence[Row], total: Row, by: By, window: dict[str, str]
) -> tuple[list[ShownRow], ShownRow]:
    """The rows and their total, each number with its address."""
    labels = labels_of(int(row.key) for row in rows if row.key) if by is By.CAMPAIGN else {}
    made = []
    for row in rows:
        name = row.key if by is By.ORIGIN else str(labels[int(row.key)]) if row.key else None
        nothing = _("no campaign") if by is By.CAMPAIGN else _("unknown origin")
        made.append(_row(name or nothing, row, window | {by.value: row.key or NONE}))
    return made, _row("", total, window)


def shown_reasons(total: Row, window: dict[str, str]) -> list[ShownReason]:
    """The reasons of all rejections, the most frequent first."""
    return [_reason(reason, total, window) for reason in total.reasons]


def share_chart(total: Row) -> dict[str, Any]:
    """What became of all of them, as one bar."""
    parts = [
        Part(total.accepted, outcome_name(Outcome.ACCEPTED), "kept"),
        Part(total.recycled, outcome_name(Outcome.RECYCLED), "at_risk"),
        Part(total.rejected, outcome_name(Outcome.REJECTED), "missed"),
        Part(total.waiting, outcome_name(Outcome.WAITING), "open"),
    ]
    label = ", ".join(f"{part.label}: {int(part.amount)}" for part in parts if part.amount)
    return {"bar": share_bar(parts), "bar_label": label, "parts": [part for part in parts if part.amount]}


def shown_fates(fates: Sequence[Fate], sight: Sight) -> list[ShownFate]:
    """The leads of a list; owners by name where the reader may see them."""
    labels = labels_of([ref for fate in fates for ref in (fate.lead, fate.campaign)])
    names = OwnerNames((fate.owner for fate in fates), sight)
    return [_fate(fate, labels, names) for fate in fates]


def _fate(fate: Fate, labels: dict[int, Any], names: OwnerNames) -> ShownFate:
    campaign = labels.get(fate.campaign) if fate.campaign else None
    reached = _("won") if fate.won_at else _("deal") if fate.deal_at else _("meeting") if fate.met else ""
    owner = names.name(fate.owner) or (_("unassigned") if fate.owner is None else "")
    return ShownFate(
        label=str(labels.get(fate.lead, fate.lead)),
        where=str(campaign or fate.origin or _("unknown origin")),
        owner=owner,
        handed_at=fate.handed_at,
        outcome=fate.outcome,
        outcome_label=outcome_name(fate.outcome),
        reason=reason_name(fate.reason) if fate.outcome == Outcome.REJECTED else "",
        bad_data=fate.bad_data,
        reached=reached,
    )


def _row(label: str, row: Row, window: dict[str, str]) -> ShownRow:
    numbers = [_number(getattr(row, name), row.handed, window | asked) for name, asked in NUMBERS]
    money = [money_text(one.won_amount, one.currency) for one in row.money if one.won]
    return ShownRow(label, numbers, money)


def _number(count: int, whole: int, asked: dict[str, str]) -> Number:
    share = percent(Fraction(count, whole)) if whole and count != whole else ""
    return Number(count, f"{reverse('lead_feedback_list')}?{urlencode(asked)}" if count else "", share)


def _reason(reason: Reason, total: Row, window: dict[str, str]) -> ShownReason:
    number = _number(reason.count, total.rejected, window | {"reason": reason.reason or NONE})
    return ShownReason(reason_name(reason.reason), number, reason.bad_data)
