"""What promises say. Pure: no Django, no clock."""

from agreements.terms.kinds import ChecklistTerms, CoverageTerms, RateTerms, VolumeTerms
from agreements.terms.nodes import Problem, TermsError
from agreements.terms.parsing import Terms, parse_terms
from agreements.terms.values import Condition, Needs, Promise, ResponseTerms, Selector, Target

__all__ = [
    "ChecklistTerms",
    "Condition",
    "CoverageTerms",
    "Needs",
    "Problem",
    "Promise",
    "RateTerms",
    "ResponseTerms",
    "Selector",
    "Target",
    "Terms",
    "TermsError",
    "VolumeTerms",
    "parse_terms",
]
