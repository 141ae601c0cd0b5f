"""The one thing to do; no database."""

import pytest
from django.utils import translation

from reporting.next_steps import next_step

USUAL = {
    "playbook": None,
    "type": "clock",
    "handled": "open",
    "state": "overdue",
    "owner": "Marie",
    "assigned": True,
}

NOBODYS = (
    "Nobody owns it: the manager gives it to somebody now. The owner does it now, then notes what held it up."
)


@pytest.mark.parametrize(
    ("given", "step"),
    [
        ({}, "Marie does it now, then notes what held it up."),
        ({"acts": "a call"}, "Marie does it now (a call), then notes what held it up."),
        ({"mine": True}, "Do it now, then note what held it up."),
        ({"mine": True, "acts": "a call"}, "Do it now (a call), then note what held it up."),
        ({"mine": True, "state": "late"}, "It was done, but late: note what held it up."),
        ({"owner": None}, "The owner does it now, then notes what held it up."),
        ({"owner": None, "acts": "a call"}, "The owner does it now (a call), then notes what held it up."),
        ({"state": "late"}, "It was done, but late: Marie notes what held it up."),
        ({"state": "late", "owner": None}, "It was done, but late: the owner notes what held it up."),
        (
            {"state": "failed"},
            "It can no longer be done: make up for it with the customer, then note the cause.",
        ),
        (
            {"owner": None, "assigned": False},
            NOBODYS,
        ),
        (
            {"type": "period", "state": None},
            "Look at the misses of this period together, agree on one change, and note the cause.",
        ),
        ({"playbook": "Call back."}, "Call back."),
        ({"playbook": "Call back.", "state": "failed"}, "Call back."),
        ({"playbook": "Call back.", "state": "late"}, "It was done, but late: Marie notes what held it up."),
        ({"playbook": "Meet.", "type": "period", "state": None}, "Meet."),
        ({"handled": "acknowledged", "playbook": "Call back."}, "Call back."),
        ({"handled": "resolved"}, ""),
        ({"handled": "withdrawn", "playbook": "Call back."}, ""),
    ],
)
def test_what_is_asked_for(given, step):
    assert next_step(**{**USUAL, **given}) == step


def test_the_playbook_speaks_the_readers_language():
    playbook = {"en": "Call back.", "fr": "Rappelez."}

    with translation.override("fr"):
        assert next_step(**{**USUAL, "playbook": playbook}) == "Rappelez."
