"""The fast path of judging gives what the measures give: row for row, byte for byte, in every world."""

from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from measurement import storing
from measurement.columns.judging import Columns
from measurement.columns.storing import differing
from measurement.engine import Engine
from measurement.judging import candidates
from measurement.models import Clock
from tests.laws import worlds_to_try
from tests.measurement.small_agreements import VERSIONS
from tests.measurement.small_world import END, START, Fact, world, worlds
from tests.measurement.test_judging_laws import batches_of, nothing_kept, run, sign

pytestmark = pytest.mark.django_db

_QUIETLY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


def the_same_both_ways(texts: Iterable[Iterable[str]], facts: list[Fact], chance: Random) -> tuple[int, int]:
    """How many of the clocks that arrays could judge they did judge."""
    run([*map(sign, texts), *batches_of(facts, chance, together=1)], begin=START, end=END)
    engine = Engine()
    columns = Columns(engine.promises, engine.subject_types)
    refs = [ref for batch in candidates(engine) for ref in batch]
    by_objects = engine.judgements(refs, as_of=END).clocks
    judged = columns.judged(refs, as_of=END)
    assert judged is not None
    plain = set(judged.plain.tolist())
    expected = [one for one in by_objects if one.subject_id in plain and one.commitment_key in columns.keys]
    storing.store(expected, subjects=refs, as_of=END)
    different = differing(judged)
    assert (different.gone, different.lines) == ([], [])
    Clock.objects.all().delete()
    storing.store_copied(differing(judged).lines, gone=[], as_of=END)
    assert storing.differing(expected, subjects=list(plain)) == set()
    return len(expected), sum(one.commitment_key in columns.keys for one in by_objects)


@settings(max_examples=worlds_to_try(20), deadline=None, suppress_health_check=_QUIETLY)
@given(facts=worlds(), chance=st.randoms(use_true_random=False))
def test_arrays_say_of_any_small_world_what_the_measures_say(facts: list[Fact], chance: Random) -> None:
    with nothing_kept():
        done, of = the_same_both_ways(VERSIONS, facts, chance)
    event(f"{min(done, 5)} of {min(of, 5)} clocks")


@settings(max_examples=worlds_to_try(2), deadline=None, suppress_health_check=_QUIETLY)
@given(seed=st.integers(0, 2**32))
def test_and_of_worlds_where_much_happens(seed: int) -> None:
    chance = Random(seed)
    with nothing_kept():
        the_same_both_ways(VERSIONS, world(chance, records=30, events=110, withdrawn=5), chance)
