"""An absence that lies ahead is judged when it comes, by who stands in for whom then."""

from datetime import timedelta

import pytest

from leads.models import Ref
from measurement.judging import judge_pending
from measurement.models import Clock
from measurement.shadow import compare
from people.absences import take
from people.enums import AbsenceKind
from people.models import User
from tests.factories.agreements import signed
from tests.factories.leads import event, send
from tests.measurement.requests_and_calls import NOW
from tests.measurement.test_covers import AGREEMENT

pytestmark = pytest.mark.django_db


def leaves(name: str, cover: str, days: int) -> None:
    """Entered now; the person leaves so many days from now."""
    person, other = (User.objects.get(email=f"{one}@example.com") for one in (name, cover))
    during = (NOW + timedelta(days=days), None)
    take(person, during=during, cover=other, kind=AbsenceKind.LEFT, by="test", as_of=NOW)


@pytest.mark.parametrize("order", [("sam", "rae"), ("rae", "sam")])
def test_what_was_left_to_somebody_who_leaves_later_passes_on_in_whatever_order_it_was_entered(
    order: tuple[str, str],
) -> None:
    signed(AGREEMENT)
    names = ("rae", "sam", "mia")
    send("members", *({"external_id": n, "email": f"{n}@example.com", "team": "sales"} for n in names))
    send("contacts", {"external_id": "p1", "owner": "rae", "updated_at": "2026-04-01T08:00:00Z"})
    send("events", event("asked", "request.received", "2026-04-07T08:00:00Z", contact="p1"))
    judge_pending(as_of=NOW)
    for name in order:
        leaves(name, {"rae": "sam", "sam": "mia"}[name], {"rae": 0, "sam": 2}[name])
    for days, owner in ((1, "sam"), (3, "mia")):
        as_of = NOW + timedelta(days=days)
        judge_pending(as_of=as_of)
        clock = Clock.objects.get(commitment_key="answer")
        assert Ref.objects.get(pk=clock.owner_id).external_id == owner
        compared = compare(as_of=as_of)
        assert (compared.different, compared.periods) == ([], [])
