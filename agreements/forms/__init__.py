"""Forms in which agreements are written: fields that fit, or YAML refused with the same lines as files."""

from agreements.forms.beginning import BeginningForm
from agreements.forms.commitments import CommitmentForm
from agreements.forms.documents import CalendarForm, NewVersionForm, SigningForm, VersionForm
from agreements.forms.promises import KindForm, PromiseForm, YamlForm
from agreements.forms.yaml import YamlField, read_part, read_terms_of

__all__ = [
    "BeginningForm",
    "CalendarForm",
    "CommitmentForm",
    "KindForm",
    "NewVersionForm",
    "PromiseForm",
    "SigningForm",
    "VersionForm",
    "YamlField",
    "YamlForm",
    "read_part",
    "read_terms_of",
]
