"""What goes wrong in every CRM: rows that cannot be read, records entered twice, entries taken back."""

from datetime import date, datetime, time, timedelta

from demo.cast import PARIS
from demo.company import Company, enter_contact
from demo.ledger import Ledger
from demo.stage import Stage, at_clock

REFUSED_EVERY = 8  # days
MERGED_EVERY = 11
RETRACTED_EVERY = 17


def tell_mishaps(stage: Stage, company: Company, ledger: Ledger) -> None:
    """Some now and then, none on the last day."""
    days = stage.calendar_days[:-1]
    for number, day in enumerate(days[3::REFUSED_EVERY]):
        _refused(ledger, number, at_clock(day, time(11), PARIS))
    for day in days[5::MERGED_EVERY]:
        _merged(stage, company, ledger, day)
    for day in days[4::RETRACTED_EVERY]:
        _retracted(stage, company, ledger, day)


def _refused(ledger: Ledger, number: int, at: datetime) -> None:
    """A different thing each time, as the connectors send them."""
    day = at.date().isoformat()
    rows: tuple[tuple[str, dict[str, object]], ...] = (
        ("events", {"kind": "call.made", "occurred_at": f"{day}T10:00:00"}),
        ("contacts", {"account": "A-FR0001", "created_at": "31/02/2026"}),
        ("events", {"kind": "callback.done", "occurred_at": f"{day}T10:00:00Z"}),
        ("leads", {"score": "high", "status": "mql"}),
    )
    resource, fields = rows[number % len(rows)]
    ledger.broken(resource, at, external_id=f"bad-{day}", **fields)


def _merged(stage: Stage, company: Company, ledger: Ledger, day: date) -> None:
    """A contact was entered a second time; the two are joined some days later."""
    dice = stage.dice("merged", day)
    survivor = company.somebody("france", dice, named=1)
    entered = at_clock(day, time(10, dice.randrange(60)), PARIS)
    twin = enter_contact(f"{survivor.key}-twin-{day:%y%m%d}", survivor.account, entered, dice, ledger)
    ledger.record("contacts", twin.key, entered + timedelta(days=3, hours=2), merged_into=survivor.key)


def _retracted(stage: Stage, company: Company, ledger: Ledger, day: date) -> None:
    """A call was noted with the wrong contact, and taken back."""
    dice = stage.dice("retracted", day)
    contact = company.somebody("france", dice, named=1)
    noted = at_clock(day, time(16, dice.randrange(60)), PARIS)
    key = f"wrong-{day:%y%m%d}"
    ledger.event("call.made", key, noted, contact=contact.key, actor=contact.owner)
    ledger.event("event.retracted", f"undo-{key}", noted + timedelta(hours=1), data={"event": key})
