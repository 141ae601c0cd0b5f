"""What a checklist's clock is told as, and why there is none."""

import json

import pytest

from measurement.absence import absence
from measurement.explanation import explain
from measurement.measures.checklist import ChecklistMeasure
from measurement.steps import StepState, missing_steps, steps_of
from measurement.telling import Labels
from measurement.wording.steps import step_name
from tests.measurement.builders import MIA, NEVER, PARIS, KnownWorld, paris, selector
from tests.measurement.checklists import CONTENT, announced, checklist, content, published

STEPS = {"email": "1 business day", "portal": "2 business days", "training": "10 business days"}
WORLD = KnownWorld({(CONTENT, "owner"): MIA})
AFTER = "after the publication of Mon 2 Mar 10:00 there"
DUE = (
    "this to do: e-mail by Tue 3 Mar 10:00; sales portal by Wed 4 Mar 10:00; "
    "recorded training by Mon 16 Mar 10:00."
)


def clock_of(*done, as_of, deleted_at=None, **terms):
    promised = checklist(STEPS, schedule=terms.pop("schedule", PARIS), **terms)
    facts = [announced(value, paris(f"2026-03-{when}"), actor=MIA) for value, when in done]
    subject = content(
        published(paris("2026-03-02 10:00")),
        *facts,
        deleted_at=deleted_at and paris(f"2026-03-{deleted_at}"),
    )
    (clock,) = ChecklistMeasure([promised]).clocks(subject, WORLD, as_of=paris(f"2026-03-{as_of}"))
    return clock, promised


def told(*done, as_of, name="Mia", **more):
    clock, promised = clock_of(*done, as_of=as_of, **more)
    labels = Labels(members={MIA: name} if name else {})
    return explain(clock, promise=promised, as_of=paris(f"2026-03-{as_of}"), labels=labels)


def test_a_missed_checklist_names_the_missing_and_the_late_steps():
    explained = told(("email", "03 11:00"), as_of="05 09:00")
    assert explained["sentence"]["en"] == (
        f"Overdue: {AFTER} is {DUE} Missing: sales portal, 23 h after its deadline. "
        "Done too late: e-mail by Mia, Tue 3 Mar 11:00, 1 h late. "
        "Still to do: recorded training, 11 d 1 h left."
    )
    assert explained["sentence"]["fr"].replace("\u00a0", " ") == (
        "Dépassé, à faire : après la publication du lun. 2 mars 10:00, il faut faire : "
        "e-mail au plus tard le mar. 3 mars 10:00 ; portail commercial au plus tard le mer. 4 mars 10:00 ; "
        "formation enregistrée au plus tard le lun. 16 mars 10:00. "
        "Il manque : portail commercial, 23 h après son échéance. "
        "Fait en retard : e-mail (Mia), mar. 3 mars 11:00, 1 h de retard. "
        "Reste à faire : formation enregistrée, encore 11 j 1 h."
    )


@pytest.mark.parametrize(
    ("done", "as_of", "more", "expected"),
    [
        (
            [("email", "02 11:00")],
            "04 09:00",
            {},
            (
                f"Running: {AFTER} is {DUE} Still to do: sales portal, 1 h left; recorded training. "
                "Done in time: e-mail by Mia, Mon 2 Mar 11:00. At risk since Tue 3 Mar 14:00."
            ),
        ),
        (
            [("email", "02 11:00"), ("portal", "03 09:00"), ("training", "03 10:00")],
            "30 09:00",
            {},
            (
                f"Kept: {AFTER} was {DUE} All steps were done in time: e-mail by Mia, Mon 2 Mar 11:00; "
                "sales portal by Mia, Tue 3 Mar 09:00; recorded training by Mia, Tue 3 Mar 10:00."
            ),
        ),
        (
            [("email", "03 11:00"), ("portal", "03 09:00"), ("training", "03 12:00")],
            "30 09:00",
            {},
            (
                f"Done too late: {AFTER} was {DUE} Done too late: e-mail by Mia, Tue 3 Mar 11:00, 1 h late. "
                "Done in time: sales portal by Mia, Tue 3 Mar 09:00; "
                "recorded training by Mia, Tue 3 Mar 12:00."
            ),
        ),
        (
            [("email", "02 11:00")],
            "30 09:00",
            {"give_up": "2 days"},
            (
                f"Not kept: {AFTER} was {DUE} The time to make up for it was over on Mon 16 Mar 10:00. "
                "Never done: sales portal; recorded training. Done in time: e-mail by Mia, Mon 2 Mar 11:00."
            ),
        ),
        (
            [],
            "30 09:00",
            {"deleted_at": "03 12:00"},
            (
                f"Not kept: {AFTER} was {DUE} The record was deleted only on Tue 3 Mar 12:00, 2 h after the "
                "deadline: the miss stands. Missing: e-mail, 2 h after its deadline."
            ),
        ),
        (
            [],
            "30 09:00",
            {"deleted_at": "02 12:00"},
            f"Cancelled: {AFTER} was {DUE} The record was deleted in the CRM on Mon 2 Mar 12:00.",
        ),
        (
            [],
            "30 09:00",
            {"schedule": NEVER},
            (
                f"Not measurable: {AFTER} was this to do: e-mail, sales portal, recorded training. "
                "Its calendar has no open time to count in."
            ),
        ),
    ],
)
def test_how_each_end_is_told(done, as_of, more, expected):
    assert told(*done, as_of=as_of, **more)["sentence"]["en"] == expected


def test_each_step_has_its_state_deadline_doer_and_time():
    explained = told(("email", "03 11:00"), as_of="05 09:00", name=None)
    assert [
        (step["step"], step["state"], step["due_at"], step["done_at"]) for step in explained["steps"]
    ] == [
        ("email", "late", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z"),
        ("portal", "missing", "2026-03-04T09:00:00Z", None),
        ("training", "open", "2026-03-16T09:00:00Z", None),
    ]
    email, portal, training = explained["steps"]
    assert (email["name"]["fr"], email["member"], email["member_name"]) == ("e-mail", MIA, None)
    assert email["segments"][-1]["to"] == "2026-03-03T10:00:00Z"
    assert portal["segments"][-1]["to"] == "2026-03-05T08:00:00Z"
    assert training["segments"][-1]["to"] == "2026-03-16T09:00:00Z"
    assert "by a member of the team" in explained["sentence"]["en"]
    json.dumps(explained)


def test_the_clause_lists_what_each_step_is_given():
    clause = told(as_of="02 10:30")["clause"]
    assert clause["stop"]["en"] == "an announcement"
    assert clause["within"]["fr"] == (
        "e-mail (1 jour ouvré), portail commercial (2 jours ouvrés), formation enregistrée (10 jours ouvrés)"
    )


def test_events_say_which_step_they_did_and_that_it_was_done_already():
    events = told(
        ("email", "02 09:00"), ("email", "02 11:00"), ("portal", "02 12:00"), as_of="02 13:00", early="1 day"
    )["events"]
    assert [event["effect"]["en"] for event in events] == [
        "starts the clock",
        "one step done, before the start: e-mail",
        "does not count: the step was done already",
        "one step done: sales portal",
    ]


def test_missing_late_and_open_steps_for_whoever_reports_them():
    clock, promised = clock_of(("portal", "04 11:00"), as_of="05 09:00")
    asked = (clock, promised.terms, paris("2026-03-05 09:00"))
    assert [step.value for step in missing_steps(*asked)] == ["email"]
    assert [step.value for step in steps_of(*asked) if step.state is StepState.LATE] == ["portal"]
    assert [step.value for step in steps_of(*asked) if step.state is StepState.OPEN] == ["training"]
    # As it stood before the portal's deadline, whatever came later.
    before = (clock, promised.terms, paris("2026-03-03 12:00"))
    assert [step.value for step in missing_steps(*before)] == ["email"]
    assert [step.value for step in steps_of(*before) if step.state is StepState.OPEN] == [
        "portal",
        "training",
    ]


def test_a_step_of_one_s_own_is_called_as_the_terms_write_it():
    assert step_name("partner newsletter", "fr") == "partner newsletter"


def test_why_there_is_no_clock_of_a_checklist():
    promised = checklist(start=(selector("content.published", by="team"),))
    reasons = absence([promised], content(published("09:00")), KnownWorld(), as_of=paris("2026-04-01 00:00"))
    assert [(reason.code, reason.detail["why"]) for reason in reasons] == [("start_refused", "no_actor")]
    (nothing,) = absence([promised], content(), KnownWorld(), as_of=paris("2026-04-01 00:00"))
    assert nothing.text["en"] == "Nothing started it: no publication is known about this record."
    started = content(published("09:00", actor=MIA))
    assert absence([promised], started, KnownWorld(), as_of=paris("2026-04-01 00:00")) == []
