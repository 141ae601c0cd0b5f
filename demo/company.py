"""Brumeval's accounts and contacts, as its CRM holds them when the story begins."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from demo.cast import CAST, LONDON, PARIS, Person, reps_of
from demo.ledger import Ledger
from demo.names import FIRMS, FIRST, JOBS, LAST, PERSONAS, PLACES
from demo.stage import Stage

Choice = TypeVar("Choice")

ACCOUNTS = {"france": 210, "uk": 110}
COUNTRIES = {"france": (("FR", 94), ("BE", 6)), "uk": (("GB", 93), ("IE", 7))}
#: Tier with its share of the accounts; those of tier 1 and 2 are named.
TIERS = ((1, 12), (2, 26), (3, 62))
KEPT_FOR_TODAY = 12  # named accounts of a market to which nothing happens before the last day


@dataclass(frozen=True, slots=True)
class Account:
    """A customer or one to be; ``owner`` is its sales person."""

    key: str
    name: str
    domain: str
    market: str
    country: str
    tier: int
    industry: str
    owner: Person

    @property
    def named(self) -> bool:
        """Whether it is one of the accounts that both teams chose to win."""
        return self.tier < 3

    @property
    def office(self) -> str:
        """Whose hours count."""
        return PARIS if self.market == "france" else LONDON


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody at an account."""

    key: str
    name: str
    account: Account

    @property
    def owner(self) -> Person:
        """Their sales person."""
        return self.account.owner


@dataclass(frozen=True, slots=True)
class Company:
    """The accounts and contacts by market; ``spared`` are contacts kept for what happens today."""

    named: dict[str, list[Contact]]
    others: dict[str, list[Contact]]
    spared: dict[str, list[Contact]]

    def somebody(self, market: str, dice: Random, *, named: float) -> Contact:
        """A contact of the market, at a named account with this probability."""
        return dice.choice(self.named[market] if dice.random() < named else self.others[market])


def found(stage: Stage, ledger: Ledger) -> Company:
    """Enter members, accounts and contacts into the ledger."""
    for person in CAST:
        ledger.record(
            "members", person.key, _long_ago(stage), email=person.email, name=person.name, team=person.team
        )
    company = Company({}, {}, {})
    for market in ACCOUNTS:
        _settle(company, market, stage, ledger)
    return company


def _settle(company: Company, market: str, stage: Stage, ledger: Ledger) -> None:
    accounts = list(_accounts(market, stage))
    contacts = [list(_enter(account, stage, ledger)) for account in accounts]
    named = [people for account, people in zip(accounts, contacts, strict=True) if account.named]
    company.spared[market] = [people[0] for people in named[:KEPT_FOR_TODAY]]
    company.named[market] = [one for people in named[KEPT_FOR_TODAY:] for one in people]
    company.others[market] = [
        one for account, people in zip(accounts, contacts, strict=True) if not account.named for one in people
    ]


def _accounts(market: str, stage: Stage) -> Iterator[Account]:
    dice = stage.dice("accounts", market)
    names = [(form.format(place), industry) for form, industry in FIRMS[market] for place in PLACES[market]]
    dice.shuffle(names)
    reps = reps_of(market)
    for number in range(ACCOUNTS[market]):
        name, industry = names[number % len(names)]
        if number >= len(names):
            name = f"{name} {1 + number // len(names)}"
        yield Account(
            key=f"A-{market[:2].upper()}{number + 1:04}",
            name=name,
            domain=f"{ascii_slug(name)}.example",
            market=market,
            country=weighted(COUNTRIES[market], dice),
            tier=weighted(TIERS, dice),
            industry=industry,
            owner=reps[number % len(reps)],
        )


def _enter(account: Account, stage: Stage, ledger: Ledger) -> Iterator[Contact]:
    dice = stage.dice("contacts", account.key)
    made = stage.opens - timedelta(days=dice.uniform(20, 700))
    ledger.record(
        "accounts",
        account.key,
        made,
        name=account.name,
        domain=account.domain,
        tier=account.tier,
        named=account.named,
        industry=account.industry,
        employees=dice.choice([40, 80, 120, 250, 400, 900, 2200]),
        country=account.country,
        owner=account.owner,
        contact_goal=4 if account.named else None,
        created_at=made,
    )
    for number in range(dice.choice([2, 2, 3, 3, 4, 5])):
        yield enter_contact(f"{account.key.replace('A-', 'C-')}-{number + 1}", account, made, dice, ledger)


def enter_contact(key: str, account: Account, at: datetime, dice: Random, ledger: Ledger) -> Contact:
    """A new contact; some come without an e-mail address or a known role."""
    first, last = dice.choice(FIRST[account.market]), dice.choice(LAST[account.market])
    job, roles = dice.choice(JOBS[account.market])
    known = {
        "email": f"{ascii_slug(first)}.{ascii_slug(last)}@{account.domain}" if dice.random() < 0.92 else None,
        "buyer_role": roles if dice.random() < 0.78 else None,
        "phone": f"+{33 if account.market == 'france' else 44} {dice.randrange(10**8, 10**9)}",
        "persona": dice.choice(PERSONAS),
    }
    ledger.record(
        "contacts",
        key,
        at,
        account=account.key,
        name=f"{first} {last}",
        job_title=job,
        owner=account.owner,
        created_at=at,
        **{name: value for name, value in known.items() if value},
    )
    return Contact(key, f"{first} {last}", account)


def weighted(choices: Sequence[tuple[Choice, float]], dice: Random) -> Choice:
    """One of the choices, each as likely as its weight."""
    values, weights = zip(*choices, strict=True)
    return dice.choices(values, weights)[0]


def ascii_slug(text: str) -> str:
    """A name as it stands in an address: ``Éric`` is ``eric``."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe")).encode("ascii", "ignore").decode()
    return "-".join("".join(c if c.isalnum() else " " for c in plain.lower()).split())


def _long_ago(stage: Stage) -> datetime:
    return stage.opens - timedelta(days=800)
