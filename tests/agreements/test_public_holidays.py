import json
import re
from datetime import date
from pathlib import Path

import pytest

from agreements.public_holidays import expand

TRUTH = Path(__file__).parents[3] / "shared/data/holidays/public_holidays_2024_2027.json"

NAMES = {  # as the official lists call their calendars → our country and subdivision
    "FR-ALSACE-MOSELLE": [("FR", "Alsace-Moselle"), ("FR", "57"), ("FR", "Alsace")],
    "GB-ENG/GB-WLS": [("GB", None), ("GB", "ENG"), ("GB", "wales")],
    "US-FEDERAL-OBSERVED": [("US", None)],
}


@pytest.mark.skipif(not TRUTH.exists(), reason="official holiday lists are not beside the checkout")
def test_all_holidays_are_those_of_the_official_lists():
    wrong = {}
    for key, calendar in json.loads(TRUTH.read_text())["calendars"].items():
        days = {date.fromisoformat(day) for year in calendar["dates"].values() for day in year}
        # Kept in some municipalities only; the list marks them as such.
        days -= {
            d
            for d in days
            if any(note.startswith(f"{d:%m-%d} ") for note in calendar.get("regional_only", ()))
        }
        country, _, subdivision = key.partition("-")
        for place in NAMES.get(key, [(country, subdivision or None)]):
            found = set(expand(*place, range(2024, 2028)))
            if found != days:
                wrong[place] = sorted(found ^ days)
    assert wrong == {}


def test_a_french_year_is_as_everybody_knows_it():
    assert expand("FR", None, [2026]) == {
        date(2026, 1, 1): "Jour de l'an",
        date(2026, 4, 6): "Lundi de Pâques",
        date(2026, 5, 1): "Fête du Travail",
        date(2026, 5, 8): "Fête de la Victoire",
        date(2026, 5, 14): "Ascension",
        date(2026, 5, 25): "Lundi de Pentecôte",
        date(2026, 7, 14): "Fête nationale",
        date(2026, 8, 15): "Assomption",
        date(2026, 11, 1): "Toussaint",
        date(2026, 11, 11): "Armistice",
        date(2026, 12, 25): "Noël",
    }


def test_the_united_kingdom_without_a_nation_is_england_and_wales():
    days = expand("GB", None, [2026])

    assert date(2026, 4, 6) in days  # Easter Monday
    assert date(2026, 8, 31) in days
    assert days == expand("GB", "ENG", [2026])


def test_a_moved_holiday_closes_its_substitute_day_only():
    assert date(2026, 12, 26) not in expand("GB", "SCT", [2026])
    assert date(2026, 12, 28) in expand("GB", "SCT", [2026])
    assert date(2028, 1, 1) not in expand("US", None, [2028])  # kept on Friday 31 December 2027
    assert date(2027, 12, 31) in expand("US", None, [2027])


def test_only_the_asked_years_are_given_in_order():
    days = list(expand("FR", "57", [2027, 2025]))

    assert days == sorted(days)
    assert {day.year for day in days} == {2025, 2027}
    assert expand("FR", None, []) == {}


@pytest.mark.parametrize(
    ("country", "subdivision", "message"),
    [
        ("France", None, "holidays.country: unknown country 'France'; did you mean FR"),
        ("UK", None, "holidays.country: unknown country 'UK'; did you mean GB"),
        ("FRA", None, "did you mean FR?"),
        ("QQ", None, "use an ISO 3166 code of two letters, such as FR"),
        ("FR", "Alsce", "holidays.subdivision: FR has no subdivision 'Alsce'; did you mean Alsace"),
        ("DE", "??", "DE has no subdivision '??'; known: BB, BE, BW, BY"),
    ],
)
def test_an_unknown_place_is_named_with_near_ones(country, subdivision, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        expand(country, subdivision, [2026])
