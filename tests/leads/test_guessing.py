"""Which column is which field, and how dates are written: guesses that are only ever offered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.importing.guessing import guess_fields, guess_formats
from leads.importing.mapping import our_fields
from leads.ingestion.resources import RESOURCES


@pytest.mark.parametrize(
    ("resource", "pairs"),
    [
        ("contacts", "external_id=Record ID, email=E-mail, name=Full name"),
        ("contacts", "external_id=identifiant, email=Courriel, owner=Propriétaire"),
        ("leads", "external_id=id, origin=Lead Source, status=Lead Status, created_at=Create Date"),
        ("events", "external_id=id, kind=Type, occurred_at=Date, contact=Contact ID, actor=User"),
        ("deals", "external_id=external_id, amount=Montant, =deal"),
        ("accounts", "external_id=ID, name=Raison sociale, industry=industri"),
        ("members", "=foo, =, =  "),
    ],
    ids=["English", "French", "leads", "events", "exact names first", "a misspelling", "nothing known"],
)
def test_columns_are_recognized_by_what_crms_call_them(resource: str, pairs: str) -> None:
    meant = [pair.partition("=")[::2] for pair in pairs.split(", ")]
    columns = [theirs for _ours, theirs in reversed(meant)]

    assert guess_fields(resource, columns) == {ours: theirs for ours, theirs in meant if ours}


@given(st.sampled_from(RESOURCES), st.lists(st.text(max_size=12), max_size=12, unique=True))
def test_a_guess_names_known_fields_and_each_column_once(resource, columns) -> None:
    found = guess_fields(resource, columns)

    assert set(found) <= set(our_fields(resource))
    assert set(found.values()) <= set(columns)
    assert len(set(found.values())) == len(found)


@pytest.mark.parametrize(
    ("cells", "formats", "needs_zone"),
    [
        (["2026-03-31T09:00:00Z"], [], False),
        (["2026-03-31 09:00", "2026-03-31"], [], True),
        (["31/03/2026", "02/03/2026"], ["%d/%m/%Y"], True),
        (["02/03/2026"], ["%d/%m/%Y"], True),
        (["03/31/2026", "02/03/2026"], ["%m/%d/%Y"], True),
        (["31.03.2026 09:00"], ["%d.%m.%Y %H:%M"], True),
        (["31/03/2026", "31/03/2026 09:30"], ["%d/%m/%Y %H:%M", "%d/%m/%Y"], True),
        ([None, "", " "], [], False),
        (["someday"], [], True),
    ],
)
def test_dates_are_read_by_the_format_that_fits_them_all(cells, formats, needs_zone) -> None:
    assert guess_formats(cells) == (formats, needs_zone)
