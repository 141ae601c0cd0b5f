"""The latest misses of a promise are those of everything that the reader may see, whoever reads."""

from reporting.models import Breach
from tests.factories.people import UserFactory
from tests.pages.story import NOW, Story


def test_asked_apart_by_reason_they_are_the_same_rows(db) -> None:
    story = Story()
    for number in (1, 2):
        story.day(number)
    given_away = Breach.objects.filter(owner_id__isnull=False).first()
    assert given_away is not None
    Breach.objects.filter(pk=given_away.pk).update(assignee=story.max)
    readers = [story.marie, story.paul, story.helene, story.max, UserFactory(is_superuser=True)]
    for reader in readers:
        for most in (1, 3, 50):
            seen = Breach.objects.visible_to(reader, as_of=NOW).filter(commitment_key="inbound")
            expected = list(seen.order_by("-missed_at", "-id")[:most])
            assert list(Breach.objects.latest_of_promise("inbound", reader, most=most, as_of=NOW)) == expected
