"""Marketing qualifies leads and gives them to people; sales decides, gets in touch, meets."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from demo.cast import LONDON, MARKET_OF_OFFICE, NATHAN, PARIS, SOFIA, Person
from demo.company import Company, Contact, weighted
from demo.deals import propose
from demo.ledger import Ledger
from demo.rhythm import moments
from demo.stage import Stage

A_DAY = {PARIS: 4.2, LONDON: 2.4}
BEFORE = 182  # days of history that came with the CRM; the baseline is taken from them
A_DAY_BEFORE = 0.35  # of the leads of today
NAMED = 0.45
ORIGINS = (
    ("web_form", 34),
    ("paid_search", 20),
    ("content", 18),
    ("referral", 12),
    ("partner", 10),
    ("chat", 6),
)
BY_RULE = 0.7  # a rule of the CRM gives it to the owner of the account at once
ROUTING_MINUTES = 26
DECISION_MINUTES = 125
CONTACT_MINUTES = 72
REJECTED = 0.27
FORGOTTEN = 0.025
NOTED_LATE = 0.09
AUTOMATIC = 0.3
MEETING = 0.36
MEETING_BEFORE = 0.2
HELD = 0.75
RECYCLED = 0.1
REASONS = (
    ("not_icp", 20),
    ("inaccurate_data", 15),
    ("no_interest", 15),
    ("duplicate", 8),
    ("student_or_jobseeker", 10),
    ("existing_customer", 8),
    ("no_budget", 8),
    ("bad_timing", 7),
    ("vendor_or_partner", 5),
    ("competitor", 3),
    ("test", 1),
)


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead as the story follows it."""

    key: str
    contact: Contact
    origin: str
    created: datetime
    campaign: str | None = None
    by_rule: bool = True


def tell_leads(stage: Stage, company: Company, ledger: Ledger) -> None:
    """The leads of every day that do not come from an event, and some of the half-year before."""
    earlier = [stage.first_day - timedelta(days=n) for n in range(BEFORE, 0, -1)]
    for day in [*earlier, *stage.calendar_days]:
        for office in (PARIS, LONDON):
            usual = A_DAY[office] * (A_DAY_BEFORE if day < stage.first_day else 1)
            _tell_day(stage, company, ledger, office, day, usual)


def _tell_day(stage: Stage, company: Company, ledger: Ledger, office: str, day: date, usual: float) -> None:
    dice = stage.dice("leads", office, day)
    for number, at in enumerate(moments(stage, office, day, usual, dice)):
        contact = company.somebody(MARKET_OF_OFFICE[office], dice, named=NAMED)
        origin = weighted(ORIGINS, dice)
        key = f"L-{office[:2].upper()}{day:%y%m%d}-{number}"
        follow(stage, ledger, Lead(key, contact, origin, at, by_rule=dice.random() < BY_RULE))


def follow(stage: Stage, ledger: Ledger, lead: Lead) -> None:
    """The whole life of a lead, as far as the story goes."""
    dice = stage.dice("lead", lead.key)
    enter(ledger, lead, keeper=dice.choice([NATHAN, NATHAN, SOFIA]), score=dice.randrange(20, 100))
    if dice.random() < 0.12:
        return  # never qualified
    qualified = lead.created + timedelta(
        seconds=30 + 60 * dice.choice([0, 0, 1, 5, 240, 2880]) * dice.random()
    )
    qualify(ledger, lead, qualified)
    routed = _route(stage, ledger, lead, qualified)
    if dice.random() < FORGOTTEN:
        routed = stage.worktime(lead.contact.owner).add(routed, dice.randrange(60_000, 140_000))
    doer, decided = stage.act(lead.contact.owner, routed, DECISION_MINUTES, dice)
    if doer is not lead.contact.owner:
        ledger.record("leads", lead.key, decided - timedelta(minutes=1), owner=doer)
    if dice.random() < REJECTED:
        reject(ledger, lead, decided, weighted(REASONS, dice))
        return
    accept(ledger, lead, decided)
    _work(stage, ledger, lead, doer, decided)


def enter(ledger: Ledger, lead: Lead, *, keeper: Person, score: int) -> None:
    """The lead is created and waits with marketing operations."""
    account = lead.contact.account
    ledger.record(
        "leads",
        lead.key,
        lead.created,
        contact=lead.contact.key,
        account=account.key,
        origin=lead.origin,
        campaign=lead.campaign,
        status="inquiry",
        score=score,
        owner=keeper,
        created_at=lead.created,
        attributes={"market": account.market},
    )
    if lead.origin in {"web_form", "content", "paid_search"}:
        ledger.event(
            "form.submitted",
            f"form-{lead.key}",
            lead.created,
            contact=lead.contact.key,
            data={"form": lead.origin},
        )


def qualify(ledger: Ledger, lead: Lead, at: datetime) -> None:
    """It becomes an MQL."""
    ledger.record("leads", lead.key, at, status="mql")


def route(ledger: Ledger, lead: Lead, at: datetime, to: Person) -> None:
    """It is given to somebody of sales."""
    ledger.record("leads", lead.key, at, owner=to)


def accept(ledger: Ledger, lead: Lead, at: datetime) -> None:
    """Sales takes it."""
    ledger.record("leads", lead.key, at, status="accepted")


def reject(ledger: Ledger, lead: Lead, at: datetime, reason: str) -> None:
    """Sales declines it, and says why."""
    ledger.record("leads", lead.key, at, status="disqualified", reason=reason)


def _route(stage: Stage, ledger: Ledger, lead: Lead, qualified: datetime) -> datetime:
    dice = stage.dice("routing", lead.key)
    if lead.by_rule:
        routed = qualified + timedelta(seconds=dice.randrange(20, 400))
    else:
        _, routed = stage.act(NATHAN, qualified, ROUTING_MINUTES, dice)
    route(ledger, lead, routed, lead.contact.owner)
    return routed


def _work(stage: Stage, ledger: Ledger, lead: Lead, doer: Person, accepted: datetime) -> None:
    dice = stage.dice("work", lead.key)
    if dice.random() < AUTOMATIC:
        touch(
            ledger,
            lead,
            "auto",
            accepted + timedelta(minutes=2),
            doer,
            "email.sent",
            data={"automatic": True},
        )
    doer, reached = stage.act(doer, accepted, CONTACT_MINUTES, dice)
    late = timedelta(minutes=dice.randrange(20 * 60, 40 * 60)) if dice.random() < NOTED_LATE else timedelta(0)
    touch(ledger, lead, "1", reached, doer, dice.choice(["call.made", "call.made", "email.sent"]), late=late)
    outcome = dice.random()
    if outcome < (MEETING_BEFORE if accepted < stage.opens else MEETING):
        _meet(stage, ledger, lead, doer, reached)
    elif outcome < MEETING + RECYCLED:
        ledger.record(
            "leads",
            lead.key,
            stage.worktime(doer).add(reached, dice.randrange(30_000, 200_000)),
            status="recycle",
        )
    elif outcome > 0.9:
        _give_up(stage, ledger, lead, doer, reached)


def _meet(stage: Stage, ledger: Ledger, lead: Lead, doer: Person, since: datetime) -> None:
    dice = stage.dice("meeting", lead.key)
    booked = stage.worktime(doer).add(since, dice.randrange(600, 60_000))
    touch(ledger, lead, "booked", booked, doer, "meeting.booked")
    if dice.random() < HELD:
        held = stage.worktime(doer).add(booked, dice.randrange(60_000, 250_000))
        ledger.record("leads", lead.key, held, status="qualified")
        ledger.event(
            "meeting.held",
            f"held-{lead.key}",
            held,
            actor=doer,
            account=lead.contact.account.key,
            contact=lead.contact.key,
            lead=lead.key,
            data={"attendees": [doer.key], "minutes": dice.choice([30, 45, 60])},
        )
        propose(stage, ledger, lead.key, lead.contact, held)


def _give_up(stage: Stage, ledger: Ledger, lead: Lead, doer: Person, since: datetime) -> None:
    """Three more attempts, then the lead is rejected as out of reach."""
    dice = stage.dice("attempts", lead.key)
    at = since
    for attempt in range(2, 5):
        at = stage.worktime(doer).add(at, dice.randrange(15_000, 60_000))
        touch(ledger, lead, str(attempt), at, doer, dice.choice(["call.made", "email.sent"]))
    reject(ledger, lead, at + timedelta(minutes=20), "unable_to_reach")


def touch(
    ledger: Ledger,
    lead: Lead,
    key: str,
    at: datetime,
    by: Person,
    kind: str,
    *,
    data: dict[str, object] | None = None,
    late: timedelta = timedelta(0),
) -> None:
    """Somebody gets in touch with the lead."""
    ledger.event(
        kind,
        f"touch-{lead.key}-{key}",
        at,
        late=late,
        actor=by,
        lead=lead.key,
        contact=lead.contact.key,
        data=data,
    )
