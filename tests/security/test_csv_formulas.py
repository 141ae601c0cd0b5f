"""A text from the CRM never becomes a formula in somebody's spreadsheet."""

import csv
import io
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.csv_cells import plain_cell, safe_cell
from reporting.csv_export import csv_response

ATTACK = "=cmd|' /C calc'!A0"
BLANKS = " \t\r\n\u00a0\u200b\ufeff"
SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")

awkward = st.text(alphabet=st.sampled_from("=+-@'; \t\r\n,\"aé\u200b\ufeff＝"), max_size=12)


def cells_of(body: str) -> list[str]:
    """As read at commas, and torn by a spreadsheet that splits at `;` and tabs and minds no quotes."""
    as_meant = [cell for row in csv.reader(io.StringIO(body, newline="")) for cell in row]
    return as_meant + re.split("[;\t\r\n]", body)


@pytest.mark.parametrize(
    "text",
    [
        ATTACK,
        f"  {ATTACK}",
        f"\t{ATTACK}",
        f"\n{ATTACK}",
        f"\u00a0\ufeff{ATTACK}",
        "@SUM(A1:A9)",
        "+33 1 23 45 67 89",
        "-2+3",
        "＝1+1",
    ],
)
def test_a_text_that_would_be_a_formula_gets_an_apostrophe(text):
    assert safe_cell(text).lstrip(BLANKS).startswith("'")
    assert plain_cell(safe_cell(text)) == text


@pytest.mark.parametrize(
    "value", ["Dupont", "a = b", "a-b", "claire@brumeval.example", "", -5, 2.5, date(2026, 3, 5)]
)
def test_everything_else_stands_as_it_is(value):
    assert safe_cell(value) == value


def test_nothing_known_is_an_empty_cell():
    assert safe_cell(None) == ""


@given(awkward)
def test_what_was_disarmed_comes_back_as_it_was(text):
    assert plain_cell(safe_cell(text)) == text


@given(st.lists(awkward, min_size=1, max_size=3))
def test_no_cell_is_a_formula_wherever_a_spreadsheet_splits_the_file(texts):
    body = csv_response("list", ["name"], [texts]).content.decode("utf-8-sig")
    for cell in cells_of(body):
        assert not cell.strip(BLANKS).startswith(SIGNS), cell
