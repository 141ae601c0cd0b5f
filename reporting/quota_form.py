"""The form of the quota: each figure editable, prefilled from the company's history and its agreement."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.models import AgreementVersion
from measurement.quota import Assumptions
from measurement.quota_history import History, Sample

PERCENTS = ("close_rate", "sql_to_deal", "sal_to_sql", "mql_to_sal")
MONTHS_A_YEAR, WEEKS_A_YEAR = 12, 52
#: What following up usually takes, until the company says otherwise.
USUAL = {"months": "6", "touches": "6", "minutes": "15", "hours": "60", "people": "1"}


def _number(label: Any, *, step: str = "any", most: int | None = None, **more: Any) -> forms.DecimalField:
    widget = forms.NumberInput(attrs={"step": step, "inputmode": "decimal"})
    return forms.DecimalField(label=label, min_value=0, max_value=most, widget=widget, max_digits=20, **more)


class QuotaForm(forms.Form):
    """Percentages are written as such: 25 is a quarter."""

    goal = _number(_("Revenue goal"))
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    months = forms.IntegerField(label=_("Months to reach it in"), min_value=1, max_value=60)
    average_deal = _number(_("Average deal"))
    close_rate = _number(_("Close rate, %"), most=100)
    sql_to_deal = _number(_("SQL to deal, %"), most=100)
    sal_to_sql = _number(_("SAL to SQL, %"), most=100)
    mql_to_sal = _number(_("MQL to SAL, %"), most=100)
    touches = _number(_("Touches a lead"))
    minutes = _number(_("Minutes a touch"))
    hours = _number(_("Hours a month that one person has for it"))
    people = forms.IntegerField(label=_("People who follow up"), min_value=0, max_value=100_000)

    ABOUT_THE_GOAL = ("goal", "currency", "months")
    FROM_HISTORY = ("average_deal", *PERCENTS)
    FOLLOW_UP = ("touches", "minutes", "hours", "people")

    def __init__(self, *args: Any, currencies: tuple[str, ...], **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["currency"]
        field.choices = [(code, code) for code in currencies] or [("", "–")]

    def clean(self) -> dict[str, Any]:
        """What divides must be more than nothing."""
        given = super().clean() or self.cleaned_data
        for name in ("goal", "average_deal", "hours", *PERCENTS):
            if given.get(name) == 0:
                self.add_error(name, forms.ValidationError(_("must be above 0"), code="min_value"))
        return given

    @property
    def assumptions(self) -> Assumptions:
        """The figures of a valid form."""
        exact: dict[str, Any] = {
            name: Fraction(value) if isinstance(value, Decimal) else value
            for name, value in self.cleaned_data.items()
            if name != "currency"
        }
        return Assumptions(**exact | {name: exact[name] / 100 for name in PERCENTS})


def prefilled(past: History, version: AgreementVersion | None, currency: str | None) -> dict[str, str]:
    """What the form begins with; what nothing is known about stays empty."""
    chosen = currency if currency in past.currencies else next(iter(past.currencies), "")
    rates = {name: _written(getattr(past, name), 100) for name in PERCENTS}
    average = past.average_deal.get(chosen)
    known = {"currency": chosen, "average_deal": _written(average) if average else "", **rates}
    return USUAL | known | _people_of(version)


def agreed_capacity(version: AgreementVersion | None) -> int | None:
    """How many leads a month the people of the agreement can take on, as it says; None where it does not."""
    rates = [
        (person.get("count", 1), person["capacity"]["leads_per_week"])
        for person in (version.document.get("people") or () if version else ())
        if isinstance(person.get("capacity"), Mapping) and "leads_per_week" in person["capacity"]
    ]
    if not rates:
        return None
    return int(sum(count * Fraction(str(rate)) for count, rate in rates) * WEEKS_A_YEAR / MONTHS_A_YEAR)


def _people_of(version: AgreementVersion | None) -> dict[str, str]:
    people = [
        person.get("count", 1)
        for person in (version.document.get("people") or () if version else ())
        if isinstance(person.get("capacity"), Mapping) and "leads_per_week" in person["capacity"]
    ]
    return {"people": str(sum(people))} if people else {}


def _written(sample: Sample, times: int = 1) -> str:
    if sample.value is None:
        return ""
    return f"{float(sample.value * times):.2f}".rstrip("0").rstrip(".")
