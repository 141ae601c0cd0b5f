"""Whether two shares differ by more than chance; pure.

The test is the two-proportion test with pooled variance (Pearson's chi-squared without correction). The
interval of the difference is Newcombe's hybrid score interval without correction (Statistics in Medicine 17
(1998), 873-890, method 10), composed of SciPy's Wilson intervals of either share: it stays within -1 and 1
and holds its level in small samples and at 0 % and 100 %, where the textbook interval collapses.
"""

from dataclasses import dataclass
from math import sqrt

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Difference:
    """How much higher the first share is than the second.

    ``low`` and ``high`` bound the difference at the level of 95 %; ``p_value`` is the probability of a
    difference at least as large if both were the same.
    """

    difference: float
    low: float
    high: float
    p_value: float

    @property
    def is_more_than_chance(self) -> bool:
        """Whether the interval leaves out no difference."""
        return self.low > 0 or self.high < 0


def compared(having: int, of: int, before_having: int, before_of: int) -> Difference | None:
    """So many of so many beside so many of so many before; None where either is of nothing."""
    if not of or not before_of:
        return None
    share, before = having / of, before_having / before_of
    low, high = _wilson(having, of)
    before_low, before_high = _wilson(before_having, before_of)
    difference = share - before
    return Difference(
        difference,
        difference - sqrt((share - low) ** 2 + (before_high - before) ** 2),
        difference + sqrt((high - share) ** 2 + (before - before_low) ** 2),
        _p_value(having, of, before_having, before_of),
    )


def _wilson(having: int, of: int) -> tuple[float, float]:
    # SciPy takes a second to import: only explanations with a baseline need it, no start of a process.
    from scipy.stats import binomtest

    interval = binomtest(having, of).proportion_ci(LEVEL, method="wilson")
    return float(interval.low), float(interval.high)


def _p_value(having: int, of: int, before_having: int, before_of: int) -> float:
    if having + before_having in (0, of + before_of):
        return 1.0  # all alike: no difference can be seen, and the statistic divides by zero
    # As above: not at the start of a process.
    from scipy.stats import chi2_contingency

    table = [[having, of - having], [before_having, before_of - before_having]]
    return float(chi2_contingency(table, correction=False).pvalue)
