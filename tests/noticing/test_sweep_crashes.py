"""A sweep that dies at any moment is done again, and tells nobody twice."""

import os
import signal
from datetime import timedelta
from multiprocessing import get_context

import pytest
from django.db import connections

from reporting.models import Notice
from reporting.noticing import clocks
from reporting.noticing.clocks import tell_due
from tests.core.threads import at_once
from tests.reporting.company import Company, at

pytestmark = pytest.mark.django_db(transaction=True)

ASKED, WARNED, DUE = at("02 09:00"), at("02 10:30"), at("02 11:00")
TERMS = "escalate: [{at: 100%, to: owner}]"


def _die(*_args: object, **_options: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _killed_in(target: str, work) -> int | None:
    connections.close_all()

    def run() -> None:
        setattr(clocks, target, _die)
        work()

    child = get_context("fork").Process(target=run)
    child.start()
    child.join(30)
    return child.exitcode


@pytest.mark.parametrize("moment", ["tell_all", "tell_channels", "_look_again"])
def test_a_sweep_of_verdicts_that_dies_is_done_again(moment):
    company = Company(terms=TERMS)
    company.request("alice", ASKED)

    assert _killed_in(moment, lambda: company.sweep(WARNED)) == -signal.SIGKILL
    assert Notice.objects.count() == 0
    company.sweep(WARNED)
    company.sweep(DUE)
    company.sweep(DUE + timedelta(minutes=1))

    kinds = list(Notice.objects.order_by("id").values_list("kind", flat=True))
    assert sorted(kinds) == ["at_risk", "breach", "escalated"]


def test_a_sweep_of_warnings_that_dies_before_its_bookmark_is_done_again_and_tells_once():
    company = Company(terms=TERMS)
    company.request("alice", ASKED)
    company.sweep(ASKED)
    tell_due(as_of=ASKED)

    assert _killed_in("tell_channels", lambda: tell_due(as_of=WARNED)) == -signal.SIGKILL
    assert tell_due(as_of=WARNED + timedelta(minutes=1)) == 1
    assert tell_due(as_of=WARNED + timedelta(minutes=2)) == 0


def test_sweeps_at_once_tell_once():
    company = Company(terms=TERMS)
    company.request("alice", ASKED)
    company.sweep(ASKED)

    told = at_once(lambda _: tell_due(as_of=WARNED), times=3)

    assert sum(told) == Notice.objects.count() == 1
