"""The page of an exception as each side sees it, and what a form filled in wrongly says."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from people.models import User
from reporting.acting import dispute
from reporting.models import Breach
from tests.pages.story import NOW, Story

Browsers = Callable[[User], Client]
ACTS = ["assign", "dispute", "take_back", "waive", "refuse", "comment", "undo"]


@pytest.fixture
def breach(story: Story) -> Breach:
    """Marie's, still open."""
    story.overdue("anna", owner="marie")
    story.sweep(NOW)
    return story.breach()


def page(client: Client, breach: Breach) -> str:
    return client.get(reverse("exception", args=[breach.pk])).content.decode()


def post(client: Client, breach: Breach, name: str, **data: str):
    return client.post(reverse(f"exception_{name}", args=[breach.pk]), data, follow=True)


@pytest.mark.parametrize("name", ACTS)
def test_a_get_changes_nothing(story: Story, breach: Breach, browser_of: Browsers, name: str) -> None:
    assert browser_of(story.marie).get(reverse(f"exception_{name}", args=[breach.pk])).status_code == 405


@pytest.mark.parametrize("name", ACTS)
def test_who_may_not_see_it_finds_nothing(
    story: Story, breach: Breach, browser_of: Browsers, name: str
) -> None:
    assert post(browser_of(story.paul), breach, name).status_code == 404
    assert post(browser_of(story.max), breach, name).status_code == 404


@pytest.mark.parametrize("name", ["waive", "refuse"])
@pytest.mark.parametrize("who", ["marie", "helene", "admin"])
def test_the_owners_side_and_administrators_decide_nothing(
    story: Story, breach: Breach, browser_of: Browsers, admin: User, name: str, who: str
) -> None:
    dispute(breach, by=story.marie, as_of=NOW, note="I called")
    user = admin if who == "admin" else getattr(story, who)

    assert post(browser_of(user), breach, name, note="x").status_code == 403
    assert "Does it count?" not in page(browser_of(user), breach)


@pytest.mark.parametrize("name", ["assign", "dispute", "take_back"])
def test_the_other_teams_manager_does_nothing_of_the_owners(
    story: Story, breach: Breach, browser_of: Browsers, name: str
) -> None:
    dispute(breach, by=story.marie, as_of=NOW, note="I called")
    assert post(browser_of(story.max), breach, name, note="x").status_code == 403


def test_the_other_teams_manager_decides_and_sees_no_name(
    story: Story, breach: Breach, browser_of: Browsers
) -> None:
    dispute(breach, by=story.marie, as_of=NOW, note="I called")
    seen = page(browser_of(story.max), breach)

    assert "Does it count?" in seen
    assert "I called" in seen
    assert "Marie" not in seen


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("dispute", {}, "This field is required."),
        ("dispute", {"note": "x", "evidence": "here"}, "Enter a valid URL."),
        ("dispute", {"note": "   "}, "This field is required."),
        ("comment", {"text": "@stranger look"}, "who is nobody that may see this exception"),
        ("assign", {"member": "0"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    story: Story, breach: Breach, browser_of: Browsers, name: str, given: dict[str, str], message: str
) -> None:
    answer = post(browser_of(story.helene), breach, name, **given)
    text = answer.content.decode()

    assert answer.status_code == 422
    assert message in text
    assert 'aria-invalid="true"' in text
    assert all(value.strip() in text for key, value in given.items() if key != "member")
    assert Breach.objects.get().state == "open"


@pytest.mark.parametrize(
    ("given", "message"),
    [({"note": "x", "until": "2026-03-04"}, "This day is over"), ({"until": ""}, "This field is required.")],
)
def test_a_waiver_needs_a_reason_and_a_day_to_come(
    story: Story, breach: Breach, browser_of: Browsers, given: dict[str, str], message: str
) -> None:
    dispute(breach, by=story.marie, as_of=NOW, note="I called")
    answer = post(browser_of(story.max), breach, "waive", **given)
    assert (answer.status_code, message in answer.content.decode()) == (422, True)


def test_a_day_is_meant_whole_in_the_readers_own_zone(
    story: Story, breach: Breach, browser_of: Browsers
) -> None:
    dispute(breach, by=story.marie, as_of=NOW, note="I called")
    post(browser_of(story.max), breach, "waive", note="On a fair", until="2026-03-06")
    assert Breach.objects.get().waived_until.isoformat() == "2026-03-06T23:00:00+00:00"


def test_what_people_write_is_text_and_links_lead_out_without_a_trace(
    story: Story, breach: Breach, browser_of: Browsers
) -> None:
    said = {"note": "<script>alert(1)</script>", "evidence": 'https://x.example/"onclick="y'}
    post(browser_of(story.marie), breach, "dispute", **said)
    text = page(browser_of(story.marie), breach)

    assert "<script>alert" not in text
    assert '"onclick="' not in text


def test_the_undo_button_is_there_for_whoever_did_it_and_for_nobody_else(
    story: Story, breach: Breach, browser_of: Browsers
) -> None:
    mine = post(browser_of(story.marie), breach, "acknowledge").content.decode()
    undo = reverse("exception_undo", args=[breach.pk])

    assert undo in mine
    assert undo not in page(browser_of(story.helene), breach)
    post(browser_of(story.marie), breach, "undo")
    assert Breach.objects.get().state == "open"


def test_an_auditor_looks_and_says_nothing(story: Story, breach: Breach, browser_of: Browsers) -> None:
    from tests.factories.people import UserFactory

    auditor = UserFactory(is_auditor=True)
    assert "exception_comment" not in page(browser_of(auditor), breach)
    assert post(browser_of(auditor), breach, "comment", text="x").status_code == 403


def test_a_cell_that_would_be_a_formula_is_disarmed_in_the_file(story: Story, browser_of: Browsers) -> None:
    story.overdue("=cmd|' /C calc'!A0", owner="marie")
    story.sweep(NOW)
    answer = browser_of(story.helene).get(reverse("exceptions_csv"))

    assert answer["Content-Type"].startswith("text/csv")
    assert '"=' not in answer.content.decode()
    assert ",=" not in answer.content.decode()
    assert "Marie Durand" in answer.content.decode()


def test_the_file_names_nobody_whom_the_reader_may_not_see(
    story: Story, breach: Breach, browser_of: Browsers
) -> None:
    dispute(breach, by=story.marie, as_of=NOW, note="I called")
    text = browser_of(story.max).get(reverse("exceptions_csv")).content.decode()
    assert "Anna" in text
    assert "Marie" not in text


def test_many_comments_cost_no_more_statements_than_one(
    story: Story, breach: Breach, browser_of: Browsers
) -> None:
    client, counts = browser_of(story.helene), []
    for number in (1, 4):
        for each in range(number):
            breach.comments.create(author=story.marie, at=NOW, text=f"Comment {number} {each}")
        page(client, breach)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(client, breach)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_promise_says_how_many_misses_were_waived_and_how_often_the_rule_was_blamed(
    story: Story, breach: Breach, browser_of: Browsers
) -> None:
    post(browser_of(story.marie), breach, "resolve", root_cause="rule_is_wrong")
    text = browser_of(story.helene).get(reverse("commitment", args=["inbound"])).content.decode()

    assert "0 of the month's 1 misses waived (0 %); up to 1 may be." in text.replace("&#x27;", "'").replace(
        "\u00a0", " "
    ).replace("\u202f", " ")
    assert "1 miss was closed because the rule is wrong" in text
    assert reverse("agreement_new_version", args=["smarketing"]) in text
