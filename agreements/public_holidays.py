"""Public holidays of a country, for the years a calendar needs; frozen into the calendar at signing."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any

# Where a holiday that falls on a weekend is moved, these countries close on the substitute day and not on
# the day itself (GOV.UK bank holidays: "substitute day"; United States: 5 U.S.C. 6103(b)). Elsewhere both
# stay.
_SUBSTITUTE_ONLY = frozenset({"GB", "US"})

# Without a subdivision the library knows only the days common to all nations of the United Kingdom, which
# lack Easter Monday and the August bank holiday: a calendar that looks right and is wrong. England and Wales,
# where nine in ten live, are assumed instead; callers say so where they show the calendar.
ASSUMED_SUBDIVISION = {"GB": "ENG"}

# Alsace and Moselle share one set of days (droit local), known to official data under one name.
_ALIASES = {("FR", "ALSACE-MOSELLE"): "57"}


def expand(country: str, subdivision: str | None, years: Iterable[int]) -> dict[date, str]:
    """The dates that are closed, with their local names, in order.

    ``country`` is an ISO 3166-1 code ("FR"), ``subdivision`` the ISO 3166-2 part ("ENG", "BY") or None for
    the days common to the whole country (for "GB" those of England and Wales). Raises ``ValueError`` naming
    near matches when either is unknown.
    """
    # Its import takes 0.2 s, which no command should pay that expands no calendar.
    import holidays
    from holidays.registry import COUNTRIES

    code = _known_country(country, COUNTRIES)
    rules = holidays.country_holidays(code)
    part = _known_subdivision(code, subdivision, rules)
    wanted = set(years)
    # A New Year's Day on a Saturday is kept in the year before, so the neighbours are read too.
    nearby = {near for year in wanted for near in (year - 1, year, year + 1)}
    # Without a language the names would be in that of the machine's locale.
    found = holidays.country_holidays(code, subdiv=part, years=nearby, language=rules.default_language)
    return {
        day: name
        for day, name in sorted(found.items())
        if day.year in wanted and not (code in _SUBSTITUTE_ONLY and _is_moved(found, day, name))
    }


def _known_country(country: str, registry: Mapping[str, tuple[str, ...]]) -> str:
    """The ISO code of two letters. ``registry``: {"france": ("France", "FR", "FRA")}."""
    asked = str(country).strip().upper()
    names = {name.upper().replace("_", " "): codes[1] for name, codes in registry.items()}
    if asked in names.values():
        return asked
    other_codes = {code: codes[1] for codes in registry.values() for code in codes[2:]}
    close = [names[name] for name in get_close_matches(asked, names, n=3, cutoff=0.7)]
    near = [other_codes[asked]] if asked in other_codes else close
    hint = f"did you mean {' or '.join(near)}?" if near else "use an ISO 3166 code of two letters, such as FR"
    raise ValueError(f"holidays.country: unknown country {country!r}; {hint}")


def _known_subdivision(code: str, subdivision: str | None, rules: Any) -> str | None:
    """The library's name of the subdivision. ``rules``: the country's holidays."""
    if subdivision is None:
        return ASSUMED_SUBDIVISION.get(code)
    asked = _ALIASES.get((code, subdivision.upper()), subdivision).upper()
    names: dict[str, str] = {
        name.upper(): name for name in (*rules.subdivisions, *rules.subdivisions_aliases)
    }
    if asked in names:
        return names[asked]
    near = [names[name] for name in get_close_matches(asked, names, n=3, cutoff=0.5)]
    hint = (
        f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(rules.subdivisions) or 'none'}"
    )
    raise ValueError(f"holidays.subdivision: {code} has no subdivision {subdivision!r}; {hint}")


def _is_moved(found: Any, day: date, name: str) -> bool:
    """Whether the day is a weekend day whose holiday is kept on a substitute day instead."""
    substitute = found.observed_label % name
    nearby = (day + timedelta(days=days) for days in range(-3, 4))
    return day.weekday() >= 5 and any(substitute in found.get(other, "") for other in nearby)
