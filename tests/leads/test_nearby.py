"""Which records are near some, and which are involved: as one finds them going from link to link."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads import reading
from leads.models import Link, Ref

pytestmark = pytest.mark.django_db

SEEN = datetime(2026, 4, 1, tzinfo=UTC)
STEPS = ("contact", "lead", "merged_into")
FIELDS = (*STEPS, "merged_into", "account", "owner")
#: From one of twelve records, by a field, to another.
LINKS = st.sets(st.tuples(st.integers(0, 11), st.sampled_from(FIELDS), st.integers(0, 11)), max_size=16)


def near(seeds: set[int], links: set[tuple[int, str, int]]) -> set[int]:
    """Two steps whichever way; a merge is none."""
    distance = dict.fromkeys(seeds, 0)
    waiting = list(seeds)
    while waiting:
        place = waiting.pop()
        for one, field, other in links:
            if field in STEPS and place in (one, other):
                to = other if place == one else one
                steps = distance[place] + (field != "merged_into")
                if steps <= 2 and steps < distance.get(to, 3):
                    distance[to] = steps
                    waiting.append(to)
    return set(distance)


def involved(seeds: set[int], links: set[tuple[int, str, int]]) -> set[int]:
    """What they name and so on, and backwards who names a contact or was merged into one."""
    found, waiting = set(seeds), list(seeds)
    while waiting:
        place = waiting.pop()
        named = {other for one, _, other in links if one == place}
        naming = {
            one for one, field, other in links if other == place and field in ("contact", "merged_into")
        }
        waiting += (named | naming) - found
        found |= named | naming
    return found


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(links=LINKS, seeds=st.sets(st.integers(0, 11), max_size=4))
def test_all_at_one_distance_are_looked_at_together(
    links: set[tuple[int, str, int]], seeds: set[int]
) -> None:
    with transaction.atomic():
        refs = [
            Ref.objects.create(source="crm", type="contact", external_id=f"c{number}", first_seen=SEEN).pk
            for number in range(12)
        ]
        Link.objects.bulk_create(
            Link(ref_id=refs[one], field=field, target_id=refs[other]) for one, field, other in links
        )
        asked = [refs[seed] for seed in seeds]
        assert reading.near(asked) == {refs[place]: "contact" for place in near(seeds, links)}
        found = reading.involved(asked)
        assert sorted(row[0] for row in found) == sorted(refs[place] for place in involved(seeds, links))
        transaction.set_rollback(True)
