"""Deals are opened, move on and are closed; why they were won or lost is noted, mostly."""

from datetime import date, datetime, time, timedelta

from demo.cast import LONDON, MARKET_OF_OFFICE, PARIS, Person
from demo.company import Company, Contact, weighted
from demo.ledger import Ledger
from demo.names import PRODUCTS
from demo.rhythm import working_moments
from demo.stage import Stage, at_clock

CLOSED_A_DAY = {PARIS: 1.2, LONDON: 0.8}
STILL_OPEN = 60
PROPOSED = 0.55  # of the meetings that were held
STAGES = ("qualification", "demonstration", "quote", "negotiation")
WON = 0.44
WIN_REASONS = (
    ("product_fit", 30),
    ("price_value", 18),
    ("relationship", 18),
    ("speed", 12),
    ("reference", 10),
    ("incumbent", 12),
)
LOSS_REASONS = (
    ("price", 26),
    ("competitor", 22),
    ("no_decision", 20),
    ("timing", 14),
    ("missing_feature", 8),
    ("unresponsive", 6),
    ("our_process", 4),
)
#: When the reason is noted: before, with the closing, later that day, days later, never.
NOTED = (("before", 8), ("with", 60), ("same_day", 14), ("later", 15), ("never", 3))


def tell_deals(stage: Stage, company: Company, ledger: Ledger) -> None:
    """The deals that are closed on each day, and some that are still open."""
    for office, market in MARKET_OF_OFFICE.items():
        for day in stage.calendar_days:
            _close_some(stage, company, ledger, office, day)
        for number in range(STILL_OPEN // 2):
            _still_open(stage, company, ledger, market, number)


def _close_some(stage: Stage, company: Company, ledger: Ledger, office: str, day: date) -> None:
    dice = stage.dice("deals", office, day)
    if not stage.is_open(office, day):
        return
    for number, closed in enumerate(working_moments(stage, office, day, CLOSED_A_DAY[office], dice)):
        contact = company.somebody(MARKET_OF_OFFICE[office], dice, named=0.6)
        key = f"D-{office[:2].upper()}{day:%y%m%d}-{number}"
        opened = closed - timedelta(days=dice.uniform(20, 120))
        open_deal(stage, ledger, key, contact, opened)
        _move(stage, ledger, key, opened, closed)
        _close(stage, ledger, key, contact.owner, closed)


def _still_open(stage: Stage, company: Company, ledger: Ledger, market: str, number: int) -> None:
    dice = stage.dice("open deal", market, number)
    contact = company.somebody(market, dice, named=0.6)
    today = at_clock(stage.last_day, time(9), PARIS)
    opened = today - timedelta(days=dice.uniform(3, 80))
    key = f"D-{market[:2].upper()}-{number}"
    open_deal(stage, ledger, key, contact, opened)
    _move(stage, ledger, key, opened, today)


def propose(stage: Stage, ledger: Ledger, lead: str, contact: Contact, met: datetime) -> None:
    """What may come of a meeting: a deal that names its lead, decided weeks later."""
    dice = stage.dice("proposal", lead)
    if dice.random() >= PROPOSED:
        return
    key, opened = f"D-{lead}", met + timedelta(days=dice.uniform(0.1, 6))
    closed = opened + timedelta(days=dice.uniform(8, 50))
    open_deal(stage, ledger, key, contact, opened, lead=lead)
    _move(stage, ledger, key, opened, closed)
    _close(stage, ledger, key, contact.owner, closed)


def open_deal(
    stage: Stage, ledger: Ledger, key: str, contact: Contact, at: datetime, *, lead: str | None = None
) -> None:
    """A new deal with its account's sales person."""
    dice = stage.dice("deal", key)
    account = contact.account
    ledger.record(
        "deals",
        key,
        at,
        account=account.key,
        **({"lead": lead} if lead else {}),
        owner=account.owner,
        name=f"{dice.choice(PRODUCTS[account.market])} – {account.name}",
        stage=STAGES[0],
        amount=round(dice.lognormvariate(9.6, 0.7), -2),
        currency="GBP" if account.country == "GB" else "EUR",
        created_at=at,
    )


def close_deal(ledger: Ledger, key: str, at: datetime, outcome: str, *, reason: str | None = None) -> None:
    """The deal is won or lost; the reason is noted with it or not."""
    said = {"reason": reason} if reason else {}
    ledger.record("deals", key, at, stage=f"closed_{outcome}", outcome=outcome, closed_at=at, **said)


def _move(stage: Stage, ledger: Ledger, key: str, opened: datetime, until: datetime) -> None:
    dice = stage.dice("moves", key)
    steps = sorted(dice.uniform(0.1, 0.9) for _ in range(dice.randrange(len(STAGES))))
    for name, step in zip(STAGES[1:], steps, strict=False):
        ledger.record("deals", key, opened + (until - opened) * step, stage=name)


def _close(stage: Stage, ledger: Ledger, key: str, owner: Person, at: datetime) -> None:
    dice = stage.dice("closing", key)
    outcome = "won" if dice.random() < WON else "lost"
    reason = weighted(WIN_REASONS if outcome == "won" else LOSS_REASONS, dice)
    when = weighted(NOTED, dice)
    close_deal(ledger, key, at, outcome, reason=reason if when == "with" else None)
    if when == "before":
        ledger.record("deals", key, at - timedelta(days=dice.uniform(0.2, 8)), reason=reason)
    elif when == "same_day":
        ledger.record("deals", key, stage.worktime(owner).add(at, dice.randrange(300, 5_000)), reason=reason)
    elif when == "later":
        ledger.record(
            "deals", key, stage.worktime(owner).add(at, dice.randrange(30_000, 200_000)), reason=reason
        )
