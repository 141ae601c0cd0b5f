from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from core.renderers import JSONRenderer


def test_instants_of_any_zone_leave_in_utc_with_a_z():
    paris = datetime(2026, 4, 3, 18, tzinfo=timezone(timedelta(hours=2)))

    assert JSONRenderer().render({"at": paris, "day": date(2026, 4, 3)}) == (
        b'{"at":"2026-04-03T16:00:00Z","day":"2026-04-03"}'
    )


def test_the_rest_is_as_the_framework_writes_it():
    assert JSONRenderer().render(
        {"share": Decimal("0.5"), "at": datetime(2026, 1, 1, tzinfo=UTC), "é": None}
    ) == ('{"share":0.5,"at":"2026-01-01T00:00:00Z","é":null}'.encode())
