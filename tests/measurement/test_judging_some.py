"""Judging some commitments of some records gives the rows that judging all of them gives for those."""

from datetime import timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.loading import load
from leads.ingestion import ingest
from measurement.engine import Engine
from measurement.judging import candidates
from tests.measurement.small_agreements import VERSIONS
from tests.measurement.small_world import END, START, world
from tests.measurement.test_judging_laws import batches_of, sign

pytestmark = pytest.mark.django_db


def a_world(seed: int) -> None:
    chance = Random(seed)
    facts = world(chance, records=25, events=90, withdrawn=4)
    for texts in VERSIONS:
        sign(texts)(START)
    for step in batches_of(facts, chance, together=1):
        step(END - timedelta(hours=1))


@pytest.mark.parametrize("seed", range(3))
def test_what_is_left_out_changes_nothing_of_the_rest(seed: int) -> None:
    a_world(seed)
    engine, chance = Engine(), Random(seed)
    refs = [ref for batch in candidates(engine) for ref in batch]
    every = engine.judgements(refs, as_of=END)
    keys = sorted({promise.key for promise in engine.promises})
    assert len({one.commitment_key for one in (*every.clocks, *every.units)}) > 10
    for _ in range(6):
        without = frozenset(chance.sample(keys, chance.randrange(1, len(keys))))
        some = engine.judgements(refs, as_of=END, without=without)
        assert some.clocks == [one for one in every.clocks if one.commitment_key not in without]
        assert some.units == [one for one in every.units if one.commitment_key not in without]


def test_where_nothing_is_left_to_judge_nothing_is_read() -> None:
    text = VERSIONS[0][0]
    load(text, by="operator", as_of=START, sign=True)
    row = {"external_id": "c1"}
    ingest(resource="contacts", source="crm", rows=[row], channel="test", as_of=START)
    engine = Engine()
    keys = frozenset(promise.key for promise in engine.promises)
    refs = [ref for batch in candidates(engine) for ref in batch]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = engine.judgements(refs, as_of=END, without=keys)
    assert refs
    assert (found.clocks, found.units, len(asked)) == ([], [], 0)
