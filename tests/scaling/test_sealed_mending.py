"""What people put right by hand, where the horizon has passed: nothing is said to be done that was not."""

from datetime import UTC, datetime

import pytest

from core.problems import Problem
from leads.correcting import correct
from leads.declaring import Said, declare, refute
from leads.models import Contact, Event, Horizon, RecordVersion, Ref
from tests.factories.leads import NOW, send
from tests.factories.people import UserFactory
from tests.pages.story import NOW as STORY
from tests.pages.story import Story
from tests.reporting.company import at

pytestmark = pytest.mark.django_db

SEALED = datetime(2026, 4, 1, tzinfo=UTC)


def sealed() -> None:
    Horizon.objects.create(sealed_before=SEALED, kept_from=SEALED, moved_at=SEALED)


def test_what_was_never_said_of_a_record_can_be_said_from_the_horizon_on() -> None:
    send("contacts", {"external_id": "c", "name": "Léa", "updated_at": "2026-01-05T00:00:00Z"})
    sealed()

    correct(Ref.objects.get(), field="buyer_role", value=["champion"], by=UserFactory(), as_of=NOW)

    assert Contact.objects.get().buyer_role == ["champion"]
    assert RecordVersion.objects.latest("valid_from").valid_from == SEALED


def test_a_declaration_that_is_sealed_cannot_be_refuted_any_more() -> None:
    story = Story()
    story.contact("lea")
    said = Said(
        kind="call.made",
        occurred_at=at("04 10:00"),
        about=Ref.objects.get(type="contact", external_id="lea"),
    )
    declaration = declare(said, by=story.marie, as_of=STORY)
    sealed()

    with pytest.raises(Problem, match="sealed"):
        refute(declaration, by=story.max, why="The phone log has no such call", as_of=NOW)

    declaration.refresh_from_db()
    assert declaration.state == "pending"
    assert not Event.objects.filter(retracted_by__isnull=False).exists()
