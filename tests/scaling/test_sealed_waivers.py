"""Behind the horizon no verdict changes: waiving what lies there is refused, on the page and by the API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements.models import Commitment
from core.problems import Problem
from leads.models import Horizon
from measurement.models import Exclusion
from people.tokens import create_token
from reporting.acting import dispute, waive
from reporting.watching import sync_breaches
from tests.factories.measurement import ReadingFactory
from tests.factories.people import UserFactory
from tests.pages.story import NOW, Story
from tests.reporting.company import AGREEMENT, Company, at

pytestmark = pytest.mark.django_db

APRIL = datetime(2026, 4, 1, tzinfo=UTC)
SEALED = "This lies so far back that it is sealed: its verdict does not change any more."
RATE = """
  - {{key: roles, owner: sales, kind: rate, of: contacts, having: {{contact.buyer_role: present}}, target: "> 75%", per: day}}
"""  # noqa: E501 - as people write it


def sealed_before(instant: datetime) -> None:
    Horizon.objects.create(sealed_before=instant, kept_from=instant, moved_at=NOW)


@pytest.fixture
def story() -> Story:
    """Anna's request was answered too late."""
    made = Story()
    made.done_late("anna", owner="marie", by="paul")
    made.sweep(NOW)
    return made


@pytest.mark.parametrize(("horizon", "refused"), [(APRIL, True), (at("04 13:00"), False)])
def test_a_miss_that_is_sealed_is_not_waived(story: Story, horizon: datetime, refused: bool) -> None:
    sealed_before(horizon)
    if refused:
        with pytest.raises(Problem, match="sealed") as problem:
            waive(story.breach(), by=story.max, as_of=NOW, note="Agreed")
        assert (problem.value.status_code, str(problem.value.detail)) == (409, SEALED)
    else:
        waive(story.breach(), by=story.max, as_of=NOW, note="Agreed")

    assert Exclusion.objects.exists() != refused
    assert story.breach().state == ("open" if refused else "waived")


@pytest.mark.parametrize("refused", [True, False])
def test_nor_is_a_period(refused: bool) -> None:
    company, start = Company(agreement=AGREEMENT + RATE), at("01 23:00")
    sync_breaches(as_of=at("01 22:00"))
    end = start + timedelta(days=1)
    said = {"period_end": end, "final_at": end, "changed_at": start, "verdict": "missed"}
    ReadingFactory(commitment=Commitment.objects.get(key="roles"), period_start=start, **said)
    sync_breaches(as_of=at("04 12:00"))
    sealed_before(APRIL if refused else start)

    if refused:
        with pytest.raises(Problem, match="sealed"):
            waive(company.breach(), by="test", as_of=NOW, note="Agreed")
    else:
        waive(company.breach(), by="test", as_of=NOW, note="Agreed")
    assert company.breach().state == ("open" if refused else "waived")


def test_the_page_and_the_api_say_why(story: Story, client: Client, api_with: Any) -> None:
    dispute(story.breach(), by=story.marie, as_of=NOW, note="I called her")
    sealed_before(APRIL)
    client.force_login(story.max)
    page = client.post(reverse("exception_waive", args=[story.breach().pk]), {"note": "Agreed"}, follow=True)
    _, token = create_token(
        name="glue", scopes=["read", "breaches:write"], user=story.max, as_of=timezone.now()
    )
    answer = api_with(token).post(
        f"/api/v1/breaches/{story.breach().pk}/waive/", {"note": "Agreed"}, format="json"
    )

    assert SEALED in page.content.decode()
    assert (answer.status_code, answer.json()["detail"]) == (409, SEALED)
    assert story.breach().state == "disputed"


@pytest.mark.parametrize(("horizon", "is_sealed"), [(APRIL, True), (at("04 08:00"), False)])
def test_the_pages_of_a_miss_and_of_its_record_say_what_is_sealed(
    story: Story, horizon: datetime, is_sealed: bool
) -> None:
    sealed_before(horizon)
    client, breach = Client(), story.breach()
    client.force_login(UserFactory(is_superuser=True, is_staff=True))

    for page in (reverse("exception", args=[breach.pk]), reverse("clock", args=[breach.clock_id])):
        assert ("Sealed: this lies so far back" in client.get(page).content.decode()) is is_sealed
    record = client.get(reverse("record", args=["contact", "crm", "anna"])).content.decode()
    assert ("Withdraw" in record) is not is_sealed
    assert (", sealed" in record) is is_sealed
