"""Numbers as people read them, in the reader's language."""

from fractions import Fraction

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

NBSP = "\u00a0"  # a number and its sign stay on one line


def percent(share: Fraction | float | None) -> str:
    """A share as a whole percentage, or one decimal below 10 % and near 100 %; a dash for none.

    Never rounded up to 100 %: 99.96 % kept is not all kept.
    """
    if share is None:
        return "–"
    exact = Fraction(share) * 100
    decimals = 0 if exact.denominator == 1 else 1
    floored = Fraction(int(exact * 10), 10) if exact > Fraction(999, 10) and exact < 100 else exact
    return f"{number_format(round(float(floored), decimals), decimals)}{NBSP}%"


def number(value: Fraction | float) -> str:
    """As many decimals as it has, two at most."""
    return number_format(f"{float(value):.2f}".rstrip("0").rstrip("."))


def points(share: Fraction | float) -> str:
    """A difference of shares as percentage points: ``2 points``."""
    amount = round(abs(float(share)) * 100, 1)
    text = ngettext("%(n)s point", "%(n)s points", 1 if amount == 1 else 2)
    return text % {"n": number(amount)}


def signed(text: str, value: Fraction | float) -> str:
    """``+2 points`` or ``−2 points``, with the sign of the value."""
    return f"{'−' if value < 0 else '+'}{text}"


def hours(seconds: float) -> str:
    """Seconds as hours and minutes: ``31 h``, ``31 h 30``, ``40 min``."""
    whole, rest = divmod(round(seconds / 60), 60)
    if not whole:
        return _("%(n)d min") % {"n": rest}
    return f"{number_format(whole)}{NBSP}h" + (f"{NBSP}{rest:02d}" if rest else "")
