"""In a company of millions of records those to look at are found by going through spread ids."""

from random import Random
from typing import Any

import pytest

from agreements.promises import in_force_history
from leads.models import Ref
from measurement.engine import Engine
from measurement.preview import records
from tests.measurement.small_agreements import VERSIONS
from tests.measurement.small_world import END, START, world
from tests.measurement.test_judging_laws import batches_of, run, sign


@pytest.mark.parametrize("newest", [0, 1, 2, 7, 8, 1000, 4095, 4096])
def test_spread_ids_are_every_id_once(newest: int) -> None:
    found = list(records.spread(newest))

    assert sorted(found) == list(range(1, newest + 1))
    if newest > 100:  # the first tenth tells about all parts alike
        parts = [place * 3 // (newest + 1) for place in found[: newest // 10]]
        thirds = [parts.count(part) for part in range(3)]
        assert max(thirds) - min(thirds) <= 4


@pytest.mark.django_db
class TestGoneThrough:
    @pytest.fixture(autouse=True)
    def of_ten_weeks(self) -> None:
        chance = Random(7)
        facts = world(chance, records=60, events=200, withdrawn=3)
        run([*map(sign, VERSIONS), *batches_of(facts, chance, together=50)], begin=START, end=END)

    def looked(self, limit: int | None = 10_000) -> dict[str, records.Looked]:
        return {
            promise.key: records.records(Engine([promise]).interest, since=START, until=END, limit=limit)
            for promise in in_force_history()
        }

    @pytest.mark.parametrize("few", [0, 20_000])
    def test_the_same_are_found_as_by_looking_at_everything(self, monkeypatch: Any, few: int) -> None:
        exactly = self.looked()
        monkeypatch.setattr(records, "EXACTLY", 0)
        monkeypatch.setattr(records, "RARE", -1)
        monkeypatch.setattr(records, "FEW", few)
        monkeypatch.setattr(records, "STEP", 5_000)

        gone = self.looked()

        members = set(Ref.objects.filter(type="member").values_list("id", flat=True))
        for key, expected in exactly.items():
            assert set(gone[key].refs) - members == set(expected.refs) - members, key
            assert gone[key].of == len(gone[key].refs)
        assert any(len(one.refs) > 5 for one in gone.values())

    def test_a_sample_is_the_first_of_them_and_says_how_many_there_are_about(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(records, "EXACTLY", 0)
        monkeypatch.setattr(records, "RARE", -1)
        monkeypatch.setattr(records, "FEW", 0)
        monkeypatch.setattr(records, "STEP", 5_000)

        some, all_of_them = self.looked(limit=3), self.looked()

        for key, found in some.items():
            assert found.refs == all_of_them[key].refs[:3]
            assert found.of >= len(found.refs)

    def test_what_happened_rarely_is_found_however_far_its_records_lie(self, monkeypatch: Any) -> None:
        exactly = self.looked()
        for name, value in {"EXACTLY": 0, "FEW": 0, "STEP": 1, "FURTHEST": 1}.items():
            monkeypatch.setattr(records, name, value)

        untold = {one.key for one in in_force_history() if Engine([one]).interest.untold}
        found = self.looked()
        assert exactly.keys() - untold
        for key in exactly.keys() - untold:
            assert found[key] == exactly[key], key

    def test_without_a_limit_it_is_every_record(self, monkeypatch: Any) -> None:
        exactly = self.looked()
        for name, value in {"EXACTLY": 0, "FEW": 0, "RARE": -1, "STEP": 1, "FURTHEST": 1}.items():
            monkeypatch.setattr(records, name, value)

        assert self.looked(limit=None) == exactly


def test_more_than_so_many_are_thinned_evenly() -> None:
    refs = list(range(100, 1100))

    assert records.thinned(refs, limit=1000).refs == tuple(refs)
    some = records.thinned(refs, limit=100)
    assert (len(set(some.refs)), some.of) == (100, 1000)
    assert 20 <= sum(ref < 350 for ref in some.refs) <= 30
