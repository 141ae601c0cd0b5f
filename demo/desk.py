"""The sales desk in Paris: inbound calls, and who sits at the web chat."""

from datetime import date, datetime, time, timedelta
from math import exp
from random import Random

from demo.cast import CAMILLE, JULIEN, MANON, PARIS, THOMAS, Person
from demo.company import Company
from demo.ledger import Ledger
from demo.rhythm import moments, working_moments
from demo.stage import Stage, at_clock

CALLS = 14.0
CALLS_AT_LUNCH_AND_NIGHT = 1.5
USUAL_WAIT = 27  # seconds
SHORT_OF_HANDS = 0.14  # of the days: then people wait three times as long
PATIENCE = 150  # mean seconds until a caller hangs up
CHATS = 5.0
CHATS_AT_LUNCH_AND_NIGHT = 1.4
ANSWERED = 0.86
CHAT_ROTA = (CAMILLE, JULIEN, MANON, THOMAS)
CHAT = (time(9, 5), time(12, 25), time(13, 40), time(17, 35))


def tell_desk(stage: Stage, company: Company, ledger: Ledger) -> None:
    """Calls, chats and chat presence of every day."""
    for day in stage.calendar_days:
        _tell_calls(stage, ledger, day)
        _tell_chats(stage, company, ledger, day)
        if stage.is_open(PARIS, day):
            _tell_chat(stage, ledger, day)


def _tell_calls(stage: Stage, ledger: Ledger, day: date) -> None:
    dice = stage.dice("calls", day)
    usual = USUAL_WAIT * (3 if dice.random() < SHORT_OF_HANDS else 1)
    calls = [*working_moments(stage, PARIS, day, CALLS, dice)]
    others = moments(stage, PARIS, day, CALLS_AT_LUNCH_AND_NIGHT, dice)
    for number, at in enumerate(calls):
        _take(ledger, f"{day:%y%m%d}-{number}", at, dice.choice(CHAT_ROTA), usual, dice)
    for number, at in enumerate(others):
        ring(ledger, f"{day:%y%m%d}-x{number}", at)
        hang_up(ledger, f"{day:%y%m%d}-x{number}", at, dice.randrange(5, 60))


def _take(ledger: Ledger, key: str, at: datetime, by: Person, usual: float, dice: Random) -> None:
    wait = int(usual * exp(dice.gauss(0, 0.65)))
    patience = int(dice.expovariate(1 / PATIENCE)) + 8
    ring(ledger, key, at)
    if patience < wait:
        hang_up(ledger, key, at, patience)
    else:
        ledger.event(
            "call.answered",
            f"answer-{key}",
            at + timedelta(seconds=wait),
            actor=by,
            data={"call": f"call-{key}", "wait": wait},
        )


def ring(ledger: Ledger, key: str, at: datetime) -> None:
    """Somebody calls."""
    ledger.event("call.received", f"ring-{key}", at, data={"call": f"call-{key}"})


def hang_up(ledger: Ledger, key: str, at: datetime, waited: int) -> None:
    """The caller gives up."""
    ledger.event(
        "call.abandoned",
        f"gone-{key}",
        at + timedelta(seconds=waited),
        data={"call": f"call-{key}", "wait": waited},
    )


def _tell_chats(stage: Stage, company: Company, ledger: Ledger, day: date) -> None:
    dice = stage.dice("chats", day)
    asked = [*working_moments(stage, PARIS, day, CHATS, dice)]
    unheard = [*moments(stage, PARIS, day, CHATS_AT_LUNCH_AND_NIGHT, dice)]
    for number, at in enumerate([*asked, *unheard]):
        key, contact = f"{day:%y%m%d}-{number}", company.somebody("france", dice, named=0.5)
        ledger.event("chat.received", f"chat-{key}", at, contact=contact.key)
        if number < len(asked) and dice.random() < ANSWERED:
            answered = at + timedelta(seconds=dice.randrange(8, 170))
            person = dice.choice(CHAT_ROTA)
            ledger.event("chat.answered", f"chatted-{key}", answered, contact=contact.key, actor=person)


def _tell_chat(stage: Stage, ledger: Ledger, day: date) -> None:
    dice = stage.dice("chat", day)
    for half in (0, 1):
        person = dice.choice(CHAT_ROTA)
        came, left = (at_clock(day, clock, PARIS) for clock in CHAT[2 * half : 2 * half + 2])
        key = f"{day:%y%m%d}-{half}"
        ledger.event("chat.online", f"on-{key}", came + timedelta(minutes=dice.randrange(20)), actor=person)
        ledger.event("chat.offline", f"off-{key}", left - timedelta(minutes=dice.randrange(25)), actor=person)
