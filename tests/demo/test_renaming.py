"""What a row of the story is called in a copy: no database."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.renaming import NUMBER, ORDINAL, Ids, Renaming, domain, named, titled

REFS = Ids.of({17, 3865}, highest=3900)
EVENTS = Ids.of({7}, highest=12_345)
RENAMING = Renaming(
    {
        "leads_ref": REFS,
        "leads_event": EVENTS,
        "reporting_breach": Ids.of({22}, highest=300),
        "core_auditentry": Ids.of({419}, highest=500),
    },
    {"wrong-1", "call-9"},
)


def in_copy(text: str, copy: int = 3) -> str:
    return text.replace(NUMBER, str(copy)).replace(ORDINAL, str(copy + 1))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("e:7", "e:300007"),
        ("e:8", "e:8"),
        ("i:17:lead.qualified:1787318038", "i:30017:lead.qualified:1787318038"),
        ("i:18:campaign.ended:1787318038", "i:18:campaign.ended:1787318038"),
        ("s:1786950960", "s:1786950960"),
        ("", ""),
    ],
)
def test_a_fact_is_called_by_the_id_of_what_is_copied(said: str, expected: str) -> None:
    assert in_copy(RENAMING.fact(said)) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("breach:22:13", "breach:3022:13"),
        ("breach.dispute:419:3", "breach.dispute:3419:3"),
        ("at_risk:routing:17:e:7:4", "at_risk:routing:30017:e:300007:4"),
        ("escalated:k:17:i:17:lead.accepted:1794:0:13", "escalated:k:30017:i:30017:lead.accepted:1794:0:13"),
    ],
)
def test_a_notice_is_called_by_what_it_is_about(said: str, expected: str) -> None:
    assert in_copy(RENAMING.notice(said)) == expected


def test_a_document_names_the_records_of_its_copy_as_numbers_and_keeps_everything_else() -> None:
    said = {"owner": 5, "account": 17, "name": 'Ça "va"', "domain": "a.example", "n": [{"account": 3865}]}
    rename = RENAMING.json(
        owner=RENAMING.id_of("leads_ref"), account=RENAMING.id_of("leads_ref"), name=titled, domain=domain
    )

    assert json.loads(in_copy(rename(json.dumps(said)))) == {
        "owner": 5,
        "account": 30017,
        "name": 'Ça "va" 4',
        "domain": "a-4.example",
        "n": [{"account": 33865}],
    }


@pytest.mark.parametrize("said", ['{"account": null}', '{"account": true}', "{}", "[]", '{"other": 17}'])
def test_a_document_that_names_no_record_stays_as_it_is(said: str) -> None:
    assert json.loads(RENAMING.json(account=RENAMING.id_of("leads_ref"))(said)) == json.loads(said)


def test_an_event_mentions_what_is_copied_by_its_new_name_only() -> None:
    rename = RENAMING.json(event=RENAMING.mentioned, call=RENAMING.mentioned)

    assert (
        in_copy(rename('{"event": "wrong-1", "call": "call-9"}'))
        == '{"event": "4-wrong-1", "call": "4-call-9"}'
    )
    assert in_copy(rename('{"call": "elsewhere"}')) == '{"call": "elsewhere"}'


@given(
    ids=st.lists(st.integers(1, 99_999), min_size=2, max_size=6, unique=True),
    copies=st.lists(st.integers(1, 2_000), min_size=2, max_size=3, unique=True),
)
def test_no_two_rows_get_one_id_and_their_order_stays(ids: list[int], copies: list[int]) -> None:
    scope = Ids.of(set(ids), highest=max(ids))
    made = {copy: [int(in_copy(scope.of_copy(str(one)), copy)) for one in sorted(ids)] for copy in copies}

    assert all(found == sorted(found) for found in made.values())
    assert len({*ids, *(one for found in made.values() for one in found)}) == len(ids) * (1 + len(copies))


@given(st.lists(st.text("abc-_.019", min_size=1, max_size=4), min_size=2, max_size=5), st.integers(1, 2_000))
def test_external_ids_of_a_copy_are_in_the_order_of_the_story(names: list[str], copy: int) -> None:
    assert [in_copy(named(name), copy) for name in sorted(names)] == sorted(
        in_copy(named(name), copy) for name in names
    )
