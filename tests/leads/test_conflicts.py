"""The same event with other data is a conflict, whatever the kind and whatever was added on arrival."""

from typing import Any

import pytest

from tests.factories.leads import event, send

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["call.made", "lead.rejected"])
@pytest.mark.parametrize(
    ("first", "second"),
    [({"x": 1}, {"x": 2}), ({"x": 1}, {}), ({}, {"x": 1}), ({"reason": "test"}, {"reason": "duplicate"})],
)
def test_other_data_under_the_same_id_is_refused_and_the_first_stays(
    kind: str, first: dict[str, Any], second: dict[str, Any]
) -> None:
    send("events", event(1, kind, lead="l1", data=first))
    again = send("events", event(1, kind, lead="l1", data=second))

    assert [(error.field, error.code) for error in again.errors] == [("external_id", "conflict")]
    assert (again.received, again.rejected, again.unchanged) == (1, 1, 0)
    assert send("events", event(1, kind, lead="l1", data=first)).unchanged == 1
