"""The quota as it is shown: each step of the calculation, and where each figure comes from."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from measurement.quota import Assumptions, Quota
from measurement.quota_history import FEWEST, History, Sample
from reporting.quota_form import PERCENTS
from reporting.showing.numbers import percent


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the calculation."""

    what: str
    how: str
    amount: str


def steps(given: Assumptions, quota: Quota) -> list[Step]:
    """From the goal down to the leads of the whole period."""
    return [
        Step(_("Deals to win"), _("goal ÷ average deal"), _rounded(quota.won)),
        Step(
            _("Deals to open"), _("÷ close rate %(share)s") % _share(given.close_rate), _rounded(quota.deals)
        ),
        Step(_("SQLs"), _("÷ %(share)s become a deal") % _share(given.sql_to_deal), _rounded(quota.sql)),
        Step(_("SALs"), _("÷ %(share)s become an SQL") % _share(given.sal_to_sql), _rounded(quota.sal)),
        Step(_("MQLs"), _("÷ %(share)s are accepted") % _share(given.mql_to_sal), _rounded(quota.mql)),
    ]


def follow_up(given: Assumptions, quota: Quota) -> list[str]:
    """What following up that many takes, in sentences."""
    hours = {"hours": _rounded(quota.hours), "leads": quota.mql_a_month}
    needed = ngettext(
        "%(n)d person with %(hours)s h a month for it is needed.",
        "%(n)d people with %(hours)s h a month for it are needed.",
        quota.people_needed,
    )
    found = [
        _("Following up %(leads)d leads takes %(hours)s h a month.") % hours,
        needed % {"n": quota.people_needed, "hours": _rounded(given.hours)},
    ]
    if quota.capacity is not None:
        people = {"people": given.people, "leads": quota.capacity}
        found.append(_("The %(people)d who follow up can take %(leads)d leads a month.") % people)
    return found


def notes(past: History, currency: str) -> dict[str, str]:
    """By field where its figure comes from, and how many cases are behind it."""
    samples = {name: getattr(past, name) for name in PERCENTS}
    found = {name: _rate_note(sample, closed=name == "close_rate") for name, sample in samples.items()}
    average = past.average_deal.get(currency)
    found["average_deal"] = _mean_note(average) if average else _("no deal was won in this currency yet")
    return found


def window(past: History) -> str:
    """Which time the history is read from."""
    words = {
        name: date_format(getattr(past, name), "DATE_FORMAT") for name in ("since", "mature_until", "until")
    }
    return (
        _(
            "Deals closed from %(since)s to %(until)s; rates of leads handed over from %(since)s to "
            "%(mature_until)s, since later ones may still come on."
        )
        % words
    )


def _rate_note(sample: Sample, *, closed: bool) -> str:
    if sample.value is None:
        return _("no case yet: enter what you expect")
    words = {"share": percent(sample.value), "n": sample.numerator, "of": sample.cases}
    text = _("was %(share)s: %(n)d of %(of)d deals closed") if closed else _("was %(share)s: %(n)d of %(of)d")
    return _with_doubt(text % words, sample)


def _mean_note(sample: Sample) -> str:
    words = {"cases": sample.cases, "mean": _rounded(sample.value or Fraction(0))}
    text = ngettext("was %(mean)s over %(cases)d deal", "was %(mean)s over %(cases)d deals", sample.cases)
    return _with_doubt(text % words, sample)


def _with_doubt(text: str, sample: Sample) -> str:
    if not sample.too_few:
        return text
    return _("%(text)s – too few to rely on (under %(fewest)d)") % {"text": text, "fewest": FEWEST}


def _share(share: Fraction) -> dict[str, Any]:
    return {"share": percent(share)}


def _rounded(value: Fraction) -> str:
    """One decimal below ten, so that steps can be followed; else whole."""
    decimals = 1 if value < 10 and value.denominator != 1 else 0
    return number_format(round(float(value), decimals), decimals, force_grouping=True)
