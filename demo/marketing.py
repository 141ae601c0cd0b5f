"""What marketing makes and how people respond: contents, visits, new contacts, meetings listened to."""

from datetime import date, datetime, time, timedelta

from demo.cast import CAMILLE, EMMA, INES, JULIEN, LONDON, MANON, MARKET_OF_OFFICE, PARIS, SOFIA, THOMAS
from demo.company import Company, enter_contact
from demo.ledger import Ledger
from demo.names import CONTENTS
from demo.rhythm import moments, working_moments
from demo.stage import Stage, at_clock

EVERY = 9  # days between contents
ANNOUNCED = (("email", 3), ("portal", 20), ("content_map", 50), ("training", 150))  # usual hours after
READERS = (CAMILLE, JULIEN, MANON, THOMAS)  # of sales, who are told of new contents
TAKEN_NOTE = {"email": ("email.opened", 0.7), "training": ("event.attended", 0.5)}
VISITS = {PARIS: 9.0, LONDON: 5.0}
SIGNALS = ("page.viewed", "page.viewed", "content.viewed", "email.opened", "email.clicked")
NEW_CONTACTS = {PARIS: 1.1, LONDON: 0.7}


def tell_marketing(stage: Stage, company: Company, ledger: Ledger) -> None:
    """Everything of every day."""
    for number, day in enumerate(stage.calendar_days[1::EVERY]):
        _publish(stage, ledger, number, day)
    for day in stage.calendar_days:
        for office in (PARIS, LONDON):
            _signals(stage, company, ledger, office, day)
            _new_contacts(stage, company, ledger, office, day)
        if day.weekday() == 3 and stage.is_open(PARIS, day):
            _listen(stage, company, ledger, day)


def _publish(stage: Stage, ledger: Ledger, number: int, day: date) -> None:
    dice = stage.dice("content", day)
    title, important = CONTENTS[number % len(CONTENTS)]
    key, at = f"N-{day:%y%m%d}", at_clock(day, time(10, dice.randrange(60)), PARIS)
    ledger.record("contents", key, at, title=title, important=important, owner=INES, published_at=at)
    for channel, hours in ANNOUNCED if important else ANNOUNCED[:2]:
        if dice.random() < 0.88:
            announced = at + timedelta(hours=hours * dice.uniform(0.3, 1.6))
            ledger.event(
                "content.announced",
                f"said-{key}-{channel}",
                announced,
                actor=INES,
                content=key,
                data={"channel": channel},
            )
            _take_note(stage, ledger, key, channel, announced)


def _take_note(stage: Stage, ledger: Ledger, content: str, channel: str, at: datetime) -> None:
    """Some of those who were told open the mail or come to the training."""
    kind, share = TAKEN_NOTE.get(channel, ("", 0.0))
    dice = stage.dice("noted", content, channel)
    for person in READERS:
        if dice.random() < share:
            when = at + timedelta(minutes=dice.randrange(5, 600))
            ledger.event(kind, f"noted-{content}-{channel}-{person.key}", when, actor=person, content=content)


def _signals(stage: Stage, company: Company, ledger: Ledger, office: str, day: date) -> None:
    dice = stage.dice("signals", office, day)
    for number, at in enumerate(moments(stage, office, day, VISITS[office], dice)):
        contact = company.somebody(MARKET_OF_OFFICE[office], dice, named=0.6)
        ledger.event(
            dice.choice(SIGNALS),
            f"sign-{office[:2]}{day:%y%m%d}-{number}",
            at,
            contact=contact.key,
            account=contact.account.key,
        )


def _new_contacts(stage: Stage, company: Company, ledger: Ledger, office: str, day: date) -> None:
    dice = stage.dice("new contacts", office, day)
    if not stage.is_open(office, day):
        return
    for number, at in enumerate(working_moments(stage, office, day, NEW_CONTACTS[office], dice)):
        account = company.somebody(MARKET_OF_OFFICE[office], dice, named=0.8).account
        enter_contact(f"C-{office[:2].upper()}{day:%y%m%d}-{number}", account, at, dice, ledger)


def _listen(stage: Stage, company: Company, ledger: Ledger, day: date) -> None:
    dice = stage.dice("listening", day)
    if dice.random() < 0.75:
        contact = company.somebody("france", dice, named=1)
        who = dice.choice([EMMA, SOFIA, INES])
        ledger.event(
            "meeting.listened",
            f"heard-{day:%y%m%d}",
            at_clock(day, time(15), PARIS),
            actor=who,
            account=contact.account.key,
            data={"attendees": [who.key], "minutes": 45},
        )
