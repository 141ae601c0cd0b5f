"""People at accounts ask to be called back; sales answers."""

from datetime import date, datetime, timedelta

from demo.cast import LONDON, MARKET_OF_OFFICE, PARIS, Person
from demo.company import Company, Contact, weighted
from demo.ledger import Ledger
from demo.rhythm import moments
from demo.stage import Stage

A_DAY = {PARIS: 6.0, LONDON: 4.0}
NAMED = 0.8
USUAL_MINUTES = {"france": 38, "uk": 34}
CHANNELS = (("form", 55), ("email", 22), ("phone", 15), ("chat", 8))
ANSWERS = (("call.made", 62), ("email.sent", 36), ("message.sent", 2))
AUTOMATIC = 0.45  # the web form thanks at once, which is no answer
REPEATED = 0.07
FORGOTTEN = 0.02
NOTED_LATE = 0.09  # a call from the car is entered a day later
MEETING = 0.2


def tell_requests(stage: Stage, company: Company, ledger: Ledger) -> None:
    """Inbound requests of every day, with what was done about them."""
    for day in stage.calendar_days:
        for office in (PARIS, LONDON):
            _tell_day(stage, company, ledger, office, day)


def _tell_day(stage: Stage, company: Company, ledger: Ledger, office: str, day: date) -> None:
    dice = stage.dice("requests", office, day)
    for number, at in enumerate(moments(stage, office, day, A_DAY[office], dice)):
        contact = company.somebody(MARKET_OF_OFFICE[office], dice, named=NAMED)
        _tell_one(stage, ledger, f"{office[:2]}{day:%y%m%d}-{number}", contact, at)


def _tell_one(stage: Stage, ledger: Ledger, key: str, contact: Contact, at: datetime) -> None:
    dice = stage.dice("request", key)
    channel = weighted(CHANNELS, dice)
    ask(ledger, key, contact, at, channel)
    if channel == "form" and dice.random() < AUTOMATIC:
        thank(ledger, key, contact, at)
    remembered = stage.worktime(contact.owner).add(at, dice.randrange(60_000, 120_000))
    since = remembered if dice.random() < FORGOTTEN else at
    doer, answered = stage.act(contact.owner, since, USUAL_MINUTES[contact.account.market], dice)
    again = at + timedelta(minutes=dice.uniform(40, 200))
    if again < answered and dice.random() < REPEATED * 4:
        ask(ledger, f"{key}-again", contact, again, "phone")
    late = timedelta(minutes=dice.randrange(18 * 60, 30 * 60)) if dice.random() < NOTED_LATE else timedelta(0)
    reply(ledger, key, contact, answered, by=doer, kind=weighted(ANSWERS, dice), late=late)
    if dice.random() < MEETING:
        booked = stage.worktime(doer).add(answered, dice.randrange(60, 7200))
        reply(ledger, f"{key}-booked", contact, booked, by=doer, kind="meeting.booked")


def ask(ledger: Ledger, key: str, contact: Contact, at: datetime, channel: str) -> None:
    """The contact asks for something."""
    ledger.event(
        "request.received",
        f"req-{key}",
        at,
        contact=contact.key,
        account=contact.account.key,
        data={"channel": channel},
    )


def thank(ledger: Ledger, key: str, contact: Contact, at: datetime) -> None:
    """A machine writes in the owner's name."""
    ledger.event(
        "email.sent",
        f"auto-{key}",
        at + timedelta(seconds=45),
        contact=contact.key,
        actor=contact.owner,
        data={"automatic": True, "subject": "Merci / Thank you"},
    )


def reply(
    ledger: Ledger,
    key: str,
    contact: Contact,
    at: datetime,
    *,
    by: Person,
    kind: str,
    late: timedelta = timedelta(0),
) -> None:
    """Somebody of sales gets in touch."""
    ledger.event(kind, f"touch-{key}", at, late=late, contact=contact.key, actor=by)
