"""A test fact through the real way in, watched until it is judged, answered, and taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from agreements.promises import in_force_history
from agreements.terms.values import Promise
from core import audit
from core.instants import format_instant
from core.models import Heartbeat
from leads.event_kinds import RETRACTED
from leads.ingestion import RowError, Summary, ingest
from leads.ingestion.resources import BY_TYPE, EVENTS
from leads.kinds import subject_types
from leads.models import Event, Ref
from measurement.judging import backlog
from measurement.models import Clock
from measurement.sample_facts import SOURCE, Sample, answer, can_be_tried, sample, taking_back
from measurement.why_not import UnknownSubjectError, why_not
from people.models import Membership, User
from reporting.feeds import PREFIX as FEED

FACT_TESTED = "setup.fact_tested"
CHANNEL = "test"


class RefusedError(ValueError):
    """The hub refused what was made up; the errors say why."""

    def __init__(self, errors: list[RowError]) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{error.field or 'row'}: {error.message}" for error in errors))


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a test fact is: received, judged, with its clock, or with why there is none."""

    event: Event
    judged: bool
    clock: Clock | None
    reasons: list[Any]
    answered: bool
    taken_back: bool


def promises_to_try(*, as_of: datetime) -> list[Promise]:
    """The promises in force, or signed and soon in force, that start clocks; by key."""
    newest = {promise.key: promise for promise in in_force_history() if can_be_tried(promise)}
    return [one for one in newest.values() if one.ends_at is None or one.ends_at > as_of]


def made_up(promise: Promise, *, by: User, as_of: datetime) -> tuple[Sample, User | None]:
    """What would be sent now, and who would own it: whoever asks, else anybody of the team that owes."""
    owner = _owner(promise.team_id, by, as_of)
    name = f"test-{as_of:%Y%m%d-%H%M%S}"
    member = owner.email if owner else None
    return sample(promise, name=name, member=member, types=subject_types(), as_of=as_of), owner


@transaction.atomic
def send_sample(promise: Promise, *, by: User, as_of: datetime) -> str:
    """Send it; the name of its event. Raises RefusedError."""
    as_of = as_of.replace(microsecond=0)
    made, owner = made_up(promise, by=by, as_of=as_of)
    if owner:
        _send("members", [{"external_id": owner.email, "email": owner.email}], as_of)
    for resource, rows in made.deliveries:
        _send(resource, rows, as_of)
    _note("sent", made.event["external_id"], promise.key, by, as_of)
    return str(made.event["external_id"])


@transaction.atomic
def send_answer(name: str, promise: Promise, *, by: User, as_of: datetime) -> None:
    """Send the act that keeps the promise, done by whoever owns the test record. Raises RefusedError."""
    as_of = as_of.replace(microsecond=0)
    start = _event(name)
    owner = _owner(promise.team_id, by, as_of)
    rows = answer(promise, _as_sent(start), member=owner.email if owner else None, as_of=as_of)
    _send(EVENTS, rows, as_of)
    _note("answered", name, promise.key, by, as_of)


@transaction.atomic
def take_back(name: str, *, by: User, as_of: datetime) -> None:
    """Withdraw the events of a test and delete its records: nothing of it counts any more."""
    as_of = as_of.replace(microsecond=0)
    names = _events_of(name).filter(retracted_by=None).values_list("external_id", flat=True)
    _send(EVENTS, taking_back(sorted(names), as_of=as_of), as_of)
    gone = {"external_id": name, "updated_at": format_instant(as_of), "deleted_at": format_instant(as_of)}
    for ref in Ref.objects.filter(source=SOURCE, external_id=name, placeholder=False).order_by("type"):
        if resource := BY_TYPE.get(ref.type):  # type: ignore[call-overload]
            _send(resource.name, [gone], as_of)
    _note("taken_back", name, "", by, as_of)


def standing_of(name: str, promise: Promise, *, as_of: datetime) -> Standing | None:
    """How far the test is; none for a name that no test has."""
    event = Event.objects.filter(source=SOURCE, external_id=name).first()
    if event is None:
        return None
    judged = backlog(as_of=as_of) == 0
    clock = Clock.objects.for_commitment(promise.key).filter(start_key=f"e:{event.pk}").first()
    reasons = [] if clock or not judged or event.retracted_by else _reasons(promise.key, name, as_of)
    answered = _events_of(name).exclude(external_id=name).exists()
    return Standing(event, judged, clock, reasons, answered, event.retracted_by is not None)


def _reasons(key: str, name: str, as_of: datetime) -> list[Any]:
    try:
        return why_not(key, source=SOURCE, external_id=name, as_of=as_of).reasons
    except UnknownSubjectError:
        return []


def _owner(team_id: int, by: User, as_of: datetime) -> User | None:
    members = Membership.objects.at(as_of).filter(team_id=team_id, user__is_active=True)
    people = [one.user for one in members.select_related("user").order_by("user__email")]
    return by if by in people else next(iter(people), None)


def _event(name: str) -> Event:
    return Event.objects.get(source=SOURCE, external_id=name)


def _events_of(name: str) -> Any:
    return Event.objects.filter(source=SOURCE, external_id__startswith=name).exclude(kind=RETRACTED)


def _as_sent(event: Event) -> dict[str, Any]:
    """The event with the names of its records, as far as an answer repeats them."""
    ids = {link: getattr(event, f"{link}_id") for link in ("account", "contact", "lead", "deal", "campaign")}
    ids["content"] = event.content_id
    names = dict(Ref.objects.filter(pk__in=filter(None, ids.values())).values_list("pk", "external_id"))
    named = {link: names[pk] for link, pk in ids.items() if pk in names}
    return {"external_id": event.external_id, "data": event.data or {}} | named


def _send(resource: str, rows: Iterable[dict[str, Any]], as_of: datetime) -> Summary | None:
    listed = list(rows)
    if not listed:
        return None
    summary = ingest(resource=resource, source=SOURCE, rows=listed, channel=CHANNEL, as_of=as_of)
    # No feed: nobody is to be told one day that it has fallen silent.
    Heartbeat.objects.filter(name__startswith=f"{FEED}{SOURCE}:").delete()
    if summary.errors:
        raise RefusedError(summary.errors)
    return summary


def _note(what: str, name: str, key: str, by: User, as_of: datetime) -> None:
    after = {"what": what, "commitment": key}
    audit.record(actor=by, verb=FACT_TESTED, object_type="event", object_id=name, after=after, as_of=as_of)
