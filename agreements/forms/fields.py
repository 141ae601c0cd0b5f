"""Fields whose values are parts of terms as an agreement writes them: ``2 business hours``, ``>= 95%``."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from agreements.document import write_yaml
from agreements.document.order import in_order
from agreements.durations import Duration, Unit, parse_duration
from agreements.forms.yaml import read_part
from agreements.terms.kinds import BaselineTarget
from agreements.terms.scalars import parse_points, parse_rate_target, parse_target
from agreements.terms.selectors import read_conditions
from core.days import FIRST_DAY, LAST_DAY

MEANT = (MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY))
"""Refuses days that nobody means."""
UNITS = [
    (Unit.MINUTES.value, _("minutes")),
    (Unit.HOURS.value, _("hours")),
    (Unit.DAYS.value, _("days")),
    (Unit.BUSINESS_MINUTES.value, _("business minutes")),
    (Unit.BUSINESS_HOURS.value, _("business hours")),
    (Unit.BUSINESS_DAYS.value, _("business days")),
]
COMPARISONS = [
    (">=", _("at least")),
    (">", _("more than")),
    ("<=", _("at most")),
    ("<", _("less than")),
]
SHARE, POINTS, RELATIVE = "%", "points", "relative"
BASES = [
    (SHARE, _("per cent")),
    (POINTS, _("points above the baseline")),
    (RELATIVE, _("per cent above the baseline, relative")),
]


class Together(forms.MultiWidget):
    """Several inputs that are one value, each with a name of its own for whoever cannot see them."""

    use_fieldset = True

    def __init__(self, widgets: dict[str, forms.Widget], names: dict[str, Any]) -> None:
        for key, widget in widgets.items():
            widget.attrs["aria-label"] = names[key]
        parts: dict[str, forms.Widget | type[forms.Widget]] = dict(widgets)
        super().__init__(parts, attrs={"class": "together"})
        self._empty = [None] * len(widgets)

    def decompress(self, value: Any) -> list[Any]:
        return list(value) if value else self._empty


class PartsField(forms.MultiValueField):
    """Of several inputs one value as written; ``shown`` takes such a value apart again."""

    def shown(self, written: str) -> list[Any]:
        """What the inputs show of a value as written."""
        raise NotImplementedError


class DurationField(PartsField):
    """An allowed time: an amount and its unit."""

    def __init__(self, **options: Any) -> None:
        fields = (
            forms.IntegerField(min_value=0, max_value=99_999, required=False),
            forms.ChoiceField(choices=UNITS, required=False),
        )
        widget = Together(
            {"amount": forms.NumberInput(attrs={"min": 0}), "unit": forms.Select(choices=UNITS)},
            {"amount": _("number"), "unit": _("unit")},
        )
        super().__init__(fields=fields, widget=widget, require_all_fields=False, **options)

    def shown(self, written: str) -> list[Any]:
        duration = parse_duration(written)
        return [duration.amount, duration.unit.value]

    def compress(self, parts: list[Any]) -> str | None:
        if not parts or parts[0] is None:  # a unit alone, as a browser sends it of an empty one
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        try:
            return str(Duration(parts[0], Unit(parts[1] or Unit.HOURS)))
        except ValueError as error:
            raise ValidationError(_("Longer than ten years: take a shorter time.")) from error


class TargetField(PartsField):
    """At least, more than, at most, less than so much: of a share in per cent, of a volume in numbers."""

    def __init__(self, *, percent: bool, **options: Any) -> None:
        self.percent = percent
        unit = _("per cent") if percent else _("number")
        widget = Together(
            {"op": forms.Select(choices=COMPARISONS), "value": _number(0)},
            {"op": _("comparison"), "value": unit},
        )
        super().__init__(fields=_target_fields(), widget=widget, **options)

    def shown(self, written: str) -> list[Any]:
        target = parse_target(written, percent=self.percent)
        return [target.op, _plain(target.value * (100 if self.percent else 1))]

    def compress(self, parts: list[Any]) -> str | None:
        if not parts:
            return None
        return f"{parts[0]} {_plain(parts[1])}{'%' if self.percent else ''}"


class RateTargetField(PartsField):
    """As a target in per cent, or so many points (or so much of itself) above the baseline."""

    def __init__(self, **options: Any) -> None:
        widget = Together(
            {
                "op": forms.Select(choices=COMPARISONS),
                "value": _number(-100),
                "base": forms.Select(choices=BASES),
            },
            {"op": _("comparison"), "value": _("number"), "base": _("of what")},
        )
        fields = (*_target_fields(least=-100), forms.ChoiceField(choices=BASES))
        super().__init__(fields=fields, widget=widget, **options)

    def shown(self, written: str) -> list[Any]:
        target = parse_rate_target(written)
        if isinstance(target, BaselineTarget):
            return [target.op, _plain(target.by * 100), POINTS if target.points else RELATIVE]
        return [target.op, _plain(target.value * 100), SHARE]

    def compress(self, parts: list[Any]) -> str | None:
        if not parts:
            return None
        op, number, base = parts
        if base == SHARE:
            if number < 0:
                raise ValidationError(_("A share is not negative: write a number from 0 on."))
            return f"{op} {_plain(number)}%"
        unit = " points" if base == POINTS else "%"
        return f"{op} baseline {'-' if number < 0 else '+'} {_plain(abs(number))}{unit}"


class PointsField(forms.DecimalField):
    """So many points of a rate: ``1 point``."""

    def shown(self, written: str) -> str:
        """The number of the points."""
        return _plain(parse_points(written) * 100)

    def clean(self, value: Any) -> str | None:
        number = super().clean(value)
        return None if number is None else f"{_plain(number)} {'point' if number == 1 else 'points'}"


class DayField(forms.DateField):
    """A day as an agreement writes it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)

    def clean(self, value: Any) -> str | None:
        day = super().clean(value)
        return None if day is None else day.isoformat()


class ConditionsField(forms.CharField):
    """Conditions, one a line: ``account.tier: 1``."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "class": "yaml"})
        super().__init__(widget=widget, **options)

    def shown(self, written: dict[str, Any]) -> str:
        """The lines of conditions as written."""
        return write_yaml(in_order(written))

    def clean(self, value: Any) -> dict[str, Any] | None:
        text = super().clean(value)
        return read_part(text, read_conditions) or None if text.strip() else None


def _target_fields(least: int = 0) -> tuple[forms.Field, forms.Field]:
    return (
        forms.ChoiceField(choices=COMPARISONS),
        forms.DecimalField(min_value=least, max_digits=18, decimal_places=6),
    )


def _number(least: int) -> forms.NumberInput:
    return forms.NumberInput(attrs={"min": least, "step": "any"})


def _plain(number: Fraction | Decimal) -> str:
    """As people write it: no exponent, no zeros at the end, six decimals at most."""
    exact = Fraction(number)
    text = f"{Decimal(exact.numerator) / exact.denominator:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
