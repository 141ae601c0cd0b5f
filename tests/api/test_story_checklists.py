"""Important content is announced to sales: the checklist of CONTRACT §3, told through the API."""

from datetime import datetime
from typing import Any

from agreements.promises import in_force_history
from leads.models import Ref
from measurement.beside import beside, beside_subject
from tests.api.companies import agreement, staff
from tests.api.story import Story

ENABLEMENT = (
    "key: content-enablement, owner: marketing, kind: checklist, "
    "start: {event: content.published, where: {content.important: true}}, "
    "steps: {event: content.announced, field: channel, values: {email: 1 business day, "
    "portal: 2 business days, content_map: 5 business days, training: 10 business days}}, early: 30 days"
)
# Wednesday 1 April, 10:00 in London; Good Friday and Easter Monday follow.
PUBLISHED = "2026-04-01T09:00:00Z"


def publish(story: Story, *contents: str, important: bool = True) -> None:
    rows = [
        {
            "external_id": content,
            "published_at": PUBLISHED,
            "important": important,
            "updated_at": "2026-03-30T00:00:00Z",
        }
        for content in contents
    ]
    story.sync("contents", *rows)


def announce(story: Story, content: str, *said: tuple[str, str]) -> None:
    for channel, at in said:
        story.happened("content.announced", at, content=content, actor="mia", data={"channel": channel})


def explained(story: Story, clock: dict[str, Any]) -> dict[str, Any]:
    return story.get(f"clocks/{clock['id']}/explanation/")


def test_each_step_has_its_own_deadline_and_the_clock_is_done_with_the_last(story: Story) -> None:
    story.agree(agreement(ENABLEMENT))
    staff(story)
    publish(story, "all-in-time", "one-late", "one-missing", "nothing")
    publish(story, "minor", important=False)
    in_time = [("email", "2026-04-02T09:00:00Z"), ("portal", "2026-03-31T09:00:00Z")]
    training = ("training", "2026-04-17T09:00:00Z")
    announce(story, "all-in-time", *in_time, ("content_map", "2026-04-10T09:00:00Z"), training)
    announce(story, "one-late", *in_time, ("content_map", "2026-04-10T09:00:01Z"), training)
    announce(story, "one-missing", *in_time)
    story.at("2026-04-20T09:00:00Z")

    told = {clock["subject"]: clock for clock in story.clocks("content-enablement")}

    assert {subject: (clock["state"], clock["due_at"]) for subject, clock in told.items()} == {
        # Ten business days without Good Friday and Easter Monday.
        "crm:all-in-time": ("met", "2026-04-17T09:00:00Z"),
        "crm:one-late": ("late", "2026-04-10T09:00:00Z"),
        "crm:one-missing": ("overdue", "2026-04-10T09:00:00Z"),
        "crm:nothing": ("overdue", "2026-04-02T09:00:00Z"),
    }
    missing = explained(story, told["crm:one-missing"])
    assert [(step["step"], step["state"]) for step in missing["steps"]] == [
        ("email", "done"),
        ("portal", "done"),
        ("content_map", "missing"),
        ("training", "missing"),
    ]
    assert (
        "Missing: content map, 10 d after its deadline; recorded training, 3 d" in (missing["sentence"]["en"])
    )
    assert "Il manque" in missing["sentence"]["fr"]
    early = missing["events"][0]
    assert (early["role"], missing["events"][1]["effect"]["en"]) == (
        "start",
        "one step done, before the start: sales portal",
    )


def test_the_next_step_is_due_next(story: Story) -> None:
    story.at("2026-04-02T10:00:00Z")
    story.agree(agreement(ENABLEMENT))
    staff(story)
    publish(story, "c1")
    announce(story, "c1", ("email", "2026-04-01T10:00:00Z"))

    assert story.told() == [("crm:c1", "running", "2026-04-07T09:00:00Z")]


def test_a_retracted_announcement_leaves_its_step_undone(story: Story) -> None:
    story.agree(agreement(ENABLEMENT))
    staff(story)
    publish(story, "c1")
    story.happened("content.announced", "2026-04-01T10:00:00Z", "a1", content="c1", data={"channel": "email"})
    story.happened("event.retracted", "2026-04-01T11:00:00Z", data={"event": "a1"})

    assert story.told() == [("crm:c1", "overdue", "2026-04-02T09:00:00Z")]


def test_content_that_is_not_important_has_no_clock_and_the_reason_is_told(story: Story) -> None:
    story.agree(agreement(ENABLEMENT))
    publish(story, "minor", important=False)

    assert story.clocks() == []
    (reason,) = story.get("why-not/", commitment="content-enablement", subject="crm:minor")["reasons"]
    assert reason["code"] == "where"
    assert reason["detail"] == {"field": "content.important", "found": ["false"], "wanted": "true"}


def test_what_was_made_of_the_contents_is_shown_beside(story: Story) -> None:
    story.agree(agreement(ENABLEMENT))
    staff(story)
    publish(story, "c1", "c2")
    publish(story, "minor", "also-minor", important=False)
    for content, kind, times in (
        ("c1", "content.viewed", 3),
        ("c2", "email.opened", 2),
        ("minor", "content.viewed", 1),
    ):
        for number in range(times):
            story.happened(kind, f"2026-04-0{2 + number}T09:00:00Z", contact="p1", content=content)
    story.clocks()
    (promise,) = in_force_history()

    figures = beside(promise, start=_at("2026-04-01"), end=_at("2026-05-01"), as_of=_at("2026-04-20"))
    assert {figure.code: (figure.value, figure.of) for figure in figures} == {
        "content_viewed": (3, None),
        "emails_opened": (2, None),
        "events_attended": (0, None),
        "called_important": (2, 4),
    }
    one = beside_subject(promise, Ref.objects.get(external_id="c1").pk, as_of=_at("2026-04-03"))
    assert [figure.value for figure in one] == [1, 0, 0]
    assert one[0].label("fr") == "consultations du contenu"


def test_uses_of_a_merged_content_are_its_survivor_s_and_retracted_ones_nobody_s(story: Story) -> None:
    story.agree(agreement(ENABLEMENT))
    publish(story, "c1", "twin")
    for number, content in enumerate(("c1", "twin", "twin")):
        story.happened("content.viewed", "2026-04-02T09:00:00Z", f"v{number}", contact="p1", content=content)
    story.happened("event.retracted", "2026-04-03T09:00:00Z", data={"event": "v2"})
    story.sync("contents", {"external_id": "twin", "merged_into": "c1", "updated_at": "2026-04-05T00:00:00Z"})
    assert [clock["subject"] for clock in story.clocks()] == ["crm:c1"]
    (promise,) = in_force_history()

    figures = beside(promise, start=_at("2026-04-01"), end=_at("2026-05-01"), as_of=_at("2026-04-20"))
    assert (figures[0].value, (figures[-1].value, figures[-1].of)) == (2, (1, 1))


def _at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T00:00:00+00:00")
