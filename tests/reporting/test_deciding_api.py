"""Disputes, waivers, comments and undoing through the REST API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.models import AuditEntry
from measurement.judging import judge_all
from people.models import User
from people.tokens import create_token
from reporting.acting import dispute
from reporting.models import Breach
from tests.pages.story import NOW, Story

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    made = Story()
    made.overdue("anna", owner="marie")
    made.sweep(NOW)
    return made


@pytest.fixture
def post(api_with: Any, story: Story) -> Callable[..., Any]:
    """Posts an act on the only breach, by a person or by a program."""

    def send(act: str, body: dict[str, Any], *, user: User | None = None, names: bool = True) -> Any:
        scopes = ["read", "breaches:write", *(["people:read"] if names else [])]
        _, text = create_token(name="glue", scopes=scopes, user=user, as_of=timezone.now())
        return api_with(text).post(f"/api/v1/breaches/{Breach.objects.get().pk}/{act}/", body, format="json")

    return send


def disputed(story: Story) -> Breach:
    return dispute(story.breach(), by=story.marie, as_of=NOW, note="I called her")


def test_disputed_by_the_owner_and_waived_by_the_other_teams_manager(
    post: Callable[..., Any], story: Story
) -> None:
    said = post("dispute", {"note": "I called", "evidence": "https://phone.example/7"}, user=story.marie)
    assert (said.status_code, said.json()["state"]) == (200, "disputed")
    assert said.json()["dispute"] | {"at": ""} == {
        "at": "",
        "by": "marie@example.com",
        "reason": "I called",
        "evidence": "https://phone.example/7",
        "outcome": None,
        "decided_at": None,
        "answer": "",
    }
    until = timezone.now() + timedelta(days=2)
    waived = post("waive", {"note": "It is in the log", "until": until.isoformat()}, user=story.max)

    assert (waived.status_code, waived.json()["state"]) == (200, "waived")
    assert waived.json()["waived_until"] is not None
    assert (waived.json()["dispute"]["outcome"], waived.json()["next_step"]) == ("waived", None)


def test_a_waiver_is_respected_by_judging_everything(post: Callable[..., Any], story: Story) -> None:
    post("waive", {"note": "The form was broken", "member": "max@example.com"})
    now = timezone.now()
    story.sweep(now)
    judge_all(as_of=now)

    assert (story.clock().state, story.breach().state) == ("excluded", "waived")


@pytest.mark.parametrize("who", ["marie", "helene"])
@pytest.mark.parametrize("act", ["waive", "refuse"])
def test_nobody_of_the_owners_side_decides(
    post: Callable[..., Any], story: Story, who: str, act: str
) -> None:
    disputed(story)
    answer = post(act, {"note": "x"}, user=getattr(story, who))

    assert answer.status_code == 403
    assert "nobody of the side that owes it" in answer.json()["detail"]
    assert story.breach().state == "disputed"


def test_a_program_passes_on_whose_decision_it_is(post: Callable[..., Any], story: Story) -> None:
    disputed(story)
    refused = post("waive", {"note": "Agreed", "member": "helene@example.com"})
    taken = post("waive", {"note": "Agreed", "member": "max@example.com"})

    assert (refused.status_code, taken.status_code) == (422, 200)
    assert refused.json()["errors"][0]["field"] == "member"
    assert AuditEntry.objects.get(verb="breach.waive").actor == story.max


@pytest.mark.parametrize("act", ["waive", "refuse"])
@pytest.mark.parametrize("member", [{}, {"member": ""}, {"member": "stranger@example.com"}])
def test_a_program_alone_decides_nothing(
    post: Callable[..., Any], story: Story, act: str, member: dict[str, str]
) -> None:
    disputed(story)
    answer = post(act, {"note": "x", **member})

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["member"]
    assert story.breach().state == "disputed"


def test_a_person_decides_for_nobody_else(post: Callable[..., Any], story: Story) -> None:
    disputed(story)
    answer = post("waive", {"note": "x", "member": "marie@example.com"}, user=story.max)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "member")


@pytest.mark.parametrize(
    ("act", "body", "field"),
    [
        ("dispute", {}, "note"),
        ("dispute", {"note": ""}, "note"),
        ("dispute", {"note": "x", "evidence": "here"}, "evidence"),
        ("waive", {"note": "x", "until": "tomorrow"}, "until"),
        ("waive", {"note": "x", "until": "2026-01-01T00:00:00Z", "member": "max@example.com"}, "until"),
        ("waive", {"note": "x", "reason": "y"}, "reason"),
        ("comments", {"text": ""}, "text"),
        ("comments", {"text": "@stranger"}, "text"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    post: Callable[..., Any], act: str, body: dict[str, str], field: str
) -> None:
    answer = post(act, body)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_refused_with_an_answer_and_disputed_no_more(post: Callable[..., Any], story: Story) -> None:
    disputed(story)
    answer = post("refuse", {"note": "No call in the log"}, user=story.max).json()
    assert (answer["state"], answer["dispute"]["outcome"]) == ("open", "refused")
    assert post("refuse", {"note": "again"}, user=story.max).status_code == 409


def test_the_owner_takes_the_dispute_back(post: Callable[..., Any], story: Story) -> None:
    disputed(story)
    assert post("take-back", {}, user=story.marie).json()["dispute"]["outcome"] == "taken_back"


def test_comments_are_said_read_and_hidden_without_names(
    post: Callable[..., Any], api_with: Any, story: Story
) -> None:
    said = post("comments", {"text": "Look, @marie"}, user=story.helene)
    assert said.status_code == 200
    (row,) = said.json()
    assert (row["author"], row["text"], row["mentions"]) == (
        "helene@example.com",
        "Look, @marie",
        ["marie@example.com"],
    )
    _, text = create_token(name="no names", scopes=["read"], as_of=timezone.now())
    (row,) = api_with(text).get(f"/api/v1/breaches/{story.breach().pk}/comments/").json()
    assert (row["author"], row["text"], row["mentions"]) == (None, None, [])


def test_ones_own_act_is_undone_and_no_other(post: Callable[..., Any], story: Story) -> None:
    post("acknowledge", {}, user=story.marie)
    assert post("undo", {}, user=story.helene).status_code == 409
    assert post("undo", {}, user=story.marie).json()["state"] == "open"
    assert post("undo", {}, user=story.marie).status_code == 409


def test_reasons_are_hidden_without_the_right_to_names(post: Callable[..., Any], story: Story) -> None:
    disputed(story)
    answer = post("acknowledge", {}, names=False)
    assert answer.status_code == 409
    row = post("waive", {"note": "Marie was ill", "member": "max@example.com"}, names=False).json()
    assert (row["note"], row["dispute"]["reason"], row["dispute"]["answer"], row["dispute"]["by"]) == (
        None,
        None,
        None,
        None,
    )
