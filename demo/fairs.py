"""Fairs and webinars: people are met, the list is uploaded, sometimes late, and becomes leads."""

from datetime import date, datetime, time, timedelta
from random import Random

from demo.cast import LUCAS, PARIS
from demo.company import Company
from demo.handoffs import Lead, follow
from demo.ledger import Ledger
from demo.names import FAIRS, WEBINARS
from demo.stage import Stage, at_clock

EVERY = 6  # days between the ends of two events
MET = {"fair": (14, 30), "webinar": (5, 14)}
ENDS = {"fair": time(17), "webinar": time(12)}
LASTS = {"fair": timedelta(days=2, hours=8), "webinar": timedelta(hours=1)}
#: Hours from the end to the upload: most the next morning, some when the boxes are back.
UPLOADED = (2, 5, 16, 17, 18, 19, 20, 21, 22, 23, 46, 70)


def tell_fairs(stage: Stage, company: Company, ledger: Ledger) -> None:
    """The events that ended within the story."""
    for number, offset in enumerate(range(2, len(stage.calendar_days), EVERY)):
        day = _working_day(stage, stage.calendar_days[offset])
        _tell_one(stage, company, ledger, number, day)


def _working_day(stage: Stage, day: date) -> date:
    while not stage.is_open(PARIS, day):
        day -= timedelta(days=1)
    return day


def _tell_one(stage: Stage, company: Company, ledger: Ledger, number: int, day: date) -> None:
    dice = stage.dice("fair", day, number)
    name, kind = (WEBINARS, FAIRS)[number % 3 == 0][number // 2 % 6]
    key, ended = f"E-{day:%y%m%d}-{number}", at_clock(day, ENDS[kind], PARIS)
    if ended > stage.as_of:
        return
    met = dice.randrange(*MET[kind])
    announce(ledger, key, f"{name} {day.year}", kind, ended, expected=met + dice.randrange(-4, 10))
    end(ledger, key, ended)
    uploaded = ended + timedelta(hours=dice.choice(UPLOADED), minutes=dice.randrange(50))
    upload(ledger, key, uploaded, rows=met)
    _become_leads(stage, company, ledger, key, kind, uploaded, met, dice)


def announce(ledger: Ledger, key: str, name: str, kind: str, ended: datetime, *, expected: int) -> None:
    """The event is planned; when it ends is said once it has."""
    planned = ended - timedelta(days=40)
    ledger.record(
        "campaigns",
        key,
        planned,
        name=name,
        type=kind,
        starts_at=ended - LASTS[kind],
        expected_leads=expected,
        owner=LUCAS,
    )


def end(ledger: Ledger, key: str, at: datetime) -> None:
    """The event is over."""
    ledger.record("campaigns", key, at, ends_at=at)


def upload(ledger: Ledger, key: str, at: datetime, *, rows: int) -> None:
    """The list of those who were met is in the CRM."""
    ledger.event(
        "campaign.leads_uploaded", f"upload-{key}", at, campaign=key, actor=LUCAS, data={"leads": rows}
    )


def _become_leads(
    stage: Stage, company: Company, ledger: Ledger, key: str, kind: str, at: datetime, met: int, dice: Random
) -> None:
    for number in range(met):
        market = "france" if dice.random() < 0.65 else "uk"
        contact = company.somebody(market, dice, named=0.55)
        ledger.event(
            "event.attended",
            f"met-{key}-{number}",
            at - timedelta(hours=2),
            contact=contact.key,
            campaign=key,
        )
        entered = at + timedelta(minutes=number // 4)
        follow(
            stage,
            ledger,
            Lead(f"L-{key}-{number}", contact, kind, entered, campaign=key, by_rule=number % 3 > 0),
        )
