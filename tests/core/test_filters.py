from datetime import UTC, datetime, timedelta

import pytest

from tests.factories.core import AuditEntryFactory
from tests.factories.people import UserFactory

NOW = datetime(2026, 4, 3, 16, tzinfo=UTC)
URL = "/api/v1/entries/"

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.urls")]


def found(api, query: dict | str) -> list[str]:
    answer = api.get(URL, query) if isinstance(query, dict) else api.get(f"{URL}?{query}")
    assert answer.status_code == 200, answer.json()
    return sorted(row["object_id"] for row in answer.json()["results"])


def error(api, query: str, url: str = URL) -> dict:
    answer = api.get(f"{url}?{query}")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    (entry,) = answer.json()["errors"]
    assert entry["field"] in answer.json()["detail"]
    return entry


def test_without_filters_everything_is_listed(api):
    AuditEntryFactory(object_id="a")
    AuditEntryFactory(object_id="b", verb="load")

    assert found(api, "") == ["a", "b"]


def test_a_repeated_filter_is_either(api):
    for name in "abc":
        AuditEntryFactory(object_id=name)

    assert found(api, "object_id=a&object_id=c") == ["a", "c"]


def test_choices_repeat_too(api):
    AuditEntryFactory(object_id="a", verb="sign")
    AuditEntryFactory(object_id="b", verb="load")

    assert found(api, "verb=load") == ["b"]
    assert found(api, "verb=load&verb=sign") == ["a", "b"]


def test_different_filters_all_hold(api):
    AuditEntryFactory(object_id="a", verb="sign")
    AuditEntryFactory(object_id="b", verb="sign")
    AuditEntryFactory(object_id="a", verb="load")

    assert found(api, "object_id=a&verb=sign") == ["a"]


def test_a_flag_is_true_or_false(api):
    AuditEntryFactory(object_id="system")
    AuditEntryFactory(object_id="ada", actor=UserFactory())

    assert found(api, "is_system=true") == ["system"]
    assert found(api, "is_system=False") == ["ada"]


def test_a_number_is_exact(api):
    ada = UserFactory()
    AuditEntryFactory(object_id="a", actor=ada)
    AuditEntryFactory(object_id="b", actor=UserFactory())

    assert found(api, f"actor={ada.pk}") == ["a"]


def test_an_instant_may_have_any_offset(api):
    AuditEntryFactory(object_id="before", at=NOW - timedelta(seconds=1))
    AuditEntryFactory(object_id="then", at=NOW)

    assert found(api, {"after": "2026-04-03T16:00:00Z"}) == ["then"]
    assert found(api, {"after": "2026-04-03T18:00:00+02:00"}) == ["then"]


@pytest.mark.parametrize("text", ["2026-04-03T16:00:00", "2026-04-03T16:00", "2026-04-03 16:00:00"])
def test_an_instant_without_an_offset_is_refused_with_the_cure(api, text):
    assert "add Z or an offset" in error(api, f"after={text}")["message"]


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-03",
        "yesterday",
        "",
        "2026-02-30T16:00:00Z",
        "2026-04-03T16:00:00 02:00",
        "0001-01-01T00:00:00%2B14:00",
    ],
)
def test_what_is_no_instant_is_refused_with_an_example(api, text):
    entry = error(api, f"after={text}")

    assert (entry["field"], entry["code"]) == ("after", "invalid")
    assert "2026-03-31T09:00:00Z" in entry["message"]


def test_an_unknown_parameter_is_named_with_the_known_ones_and_the_nearest(api):
    entry = error(api, "verbs=sign")

    assert entry == {
        "field": "verbs",
        "code": "unknown_parameter",
        "message": "unknown parameter; did you mean verb; "
        "known: actor, after, cursor, is_system, object_id, page_size, verb",
    }


def test_a_list_without_filters_refuses_unknown_parameters_too(api):
    assert error(api, "state=open", "/api/v1/unfiltered/")["field"] == "state"


def test_an_invalid_choice_is_named_with_the_allowed_values(api):
    entry = error(api, "verb=sign&verb=sing")

    assert entry == {"field": "verb", "code": "invalid_choice", "message": "“sing” is not one of: sign, load"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("actor=ada", "invalid"),
        ("actor=1.5", "invalid"),
        ("actor=99999999999999999999", "invalid"),
        ("actor=9223372036854775808", "invalid"),
        ("actor=%C2%B2", "invalid"),
        ("is_system=maybe", "invalid"),
        ("is_system=", "invalid"),
        ("object_id=", "blank"),
        ("actor=1&actor=2", "repeated"),
    ],
)
def test_wrong_values_are_refused_by_name(api, query, code):
    entry = error(api, query)

    assert (entry["field"], entry["code"]) == (query.split("=")[0], code)


def test_every_wrong_parameter_is_told_at_once(api):
    answer = api.get(f"{URL}?verb=x&colour=red&actor=ada")

    assert sorted(entry["field"] for entry in answer.json()["errors"]) == ["actor", "colour", "verb"]


def test_a_nul_character_is_refused(api):
    assert error(api, "object_id=a%00b")["code"] == "nul"
