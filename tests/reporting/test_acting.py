"""What people may do with a breach."""

from datetime import UTC, datetime, timedelta

import pytest

from core.models import AuditEntry
from core.problems import Problem
from reporting.acting import Act, acknowledge, allowed_acts, assign, reopen_all, resolve, withdraw_all
from reporting.enums import BreachState
from tests.factories.people import UserFactory
from tests.factories.reporting import BreachFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)

CLOSED = {"closed_at": NOW}
IN_STATE = {
    BreachState.OPEN: {},
    BreachState.ACKNOWLEDGED: {"acknowledged_at": NOW},
    BreachState.DISPUTED: {},
    BreachState.WAIVED: CLOSED,
    BreachState.RESOLVED: {**CLOSED, "root_cause": "capacity"},
    BreachState.WITHDRAWN: CLOSED,
}


def in_state(state: BreachState):
    return BreachFactory(state=state, **IN_STATE[state])


def test_acknowledging_says_who_and_when():
    marie = UserFactory()
    breach = acknowledge(BreachFactory(), by=marie, as_of=NOW, note="I call at ten")

    assert (breach.state, breach.acknowledged_at, breach.note) == ("acknowledged", NOW, "I call at ten")
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.verb, entry.object_id, entry.at) == (
        marie,
        "breach.acknowledge",
        str(breach.pk),
        NOW,
    )
    assert (entry.before["state"], entry.after["state"]) == ("open", "acknowledged")


def test_resolving_needs_a_cause():
    breach = resolve(BreachFactory(), by="test", as_of=NOW, root_cause="on_leave")

    assert (breach.state, breach.root_cause, breach.closed_at) == ("resolved", "on_leave", NOW)


@pytest.mark.parametrize("cause", ["", "laziness"])
def test_an_unknown_cause_is_refused_with_the_known_ones(cause):
    breach = BreachFactory()
    with pytest.raises(Problem, match="unassigned, on_leave") as refused:
        resolve(breach, by="test", as_of=NOW, root_cause=cause)

    assert refused.value.status_code == 422
    assert not AuditEntry.objects.exists()


def test_assigning_keeps_the_state():
    paul = UserFactory()
    breach = assign(in_state(BreachState.ACKNOWLEDGED), to=paul, by="test", as_of=NOW)

    assert (breach.assignee, breach.state) == (paul, "acknowledged")
    assert AuditEntry.objects.get().after == {"assignee": paul.pk}


ALLOWED = {
    Act.ACKNOWLEDGE: {BreachState.OPEN},
    Act.ASSIGN: {BreachState.OPEN, BreachState.ACKNOWLEDGED},
    Act.RESOLVE: {BreachState.OPEN, BreachState.ACKNOWLEDGED},
}


@pytest.mark.parametrize("state", list(BreachState))
@pytest.mark.parametrize("act", list(ALLOWED))
def test_every_act_in_every_state(act, state):
    breach = in_state(state)
    do = {
        Act.ACKNOWLEDGE: lambda: acknowledge(breach, by="test", as_of=NOW),
        Act.ASSIGN: lambda: assign(breach, to=UserFactory(), by="test", as_of=NOW),
        Act.RESOLVE: lambda: resolve(breach, by="test", as_of=NOW, root_cause="process"),
    }[act]
    assert (act in allowed_acts(state)) == (state in ALLOWED[act])

    if state in ALLOWED[act]:
        do()
        return
    with pytest.raises(Problem, match=f"This breach is {state}: {act} is not possible") as refused:
        do()
    assert refused.value.status_code == 409


def test_two_people_cannot_both_acknowledge():
    breach = BreachFactory()
    acknowledge(breach, by="first", as_of=NOW)

    with pytest.raises(Problem, match="Possible now: assign, resolve"):
        acknowledge(breach, by="second", as_of=NOW + timedelta(seconds=1))
    assert AuditEntry.objects.count() == 1


def test_facts_withdraw_everything_once_and_bring_back_only_what_was_withdrawn():
    breaches = [in_state(state) for state in BreachState]

    assert withdraw_all(breaches, as_of=NOW) == 5
    assert {breach.state for breach in breaches} == {"withdrawn"}
    assert withdraw_all(breaches, as_of=NOW) == 0
    assert reopen_all(breaches, as_of=NOW) == 6
    for breach in breaches:
        breach.refresh_from_db()
        assert (breach.state, breach.closed_at, breach.root_cause) == ("open", None, None)
