"""Why a record has no clock of a promise, as the page says it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agreements.models import Commitment
from leads.models import Ref
from measurement.models import Clock
from measurement.states import state_at
from measurement.why_not import UnknownSubjectError, why_not
from reporting import words
from reporting.showing.promises import title_of
from reporting.showing.reader import Reader

#: Records that are offered where the source was left out.
MOST = 10


class WhyForm(forms.Form):
    """Which promise, and which record of which source."""

    promise = forms.ChoiceField(label=_("Promise"))
    record = forms.CharField(
        label=_("Record"),
        max_length=320,
        help_text=_("Its source and id, such as hubspot:4711; the id alone where only one source has it."),
    )

    def __init__(self, *args: Any, reader: Reader, **options: Any) -> None:
        super().__init__(*args, **options)
        newest = {promise.key: title_of(promise) for promise in reader.promises}
        field: Any = self.fields["promise"]
        field.choices = sorted(newest.items(), key=lambda one: one[1])


@dataclass(frozen=True, slots=True)
class ShownClock:
    """A clock that there is, and that the reader may look at."""

    pk: int
    started_at: datetime
    state: str
    state_label: str


@dataclass(frozen=True, slots=True)
class ShownReason:
    """Why one start opened no clock."""

    text: str
    at: datetime | None
    code: str


def answer(key: str, record: str, reader: Reader) -> dict[str, Any]:
    """The clocks and the reasons, or the records that may be meant."""
    source, colon, external_id = record.partition(":")
    if not colon or not Ref.objects.filter(source=source, external_id=external_id).exists():
        meant = list(Ref.objects.filter(external_id=record).order_by("source", "type")[:MOST])
        if len({ref.source for ref in meant}) != 1:
            return {"candidates": meant, "unknown": record}
        source, external_id = meant[0].source, record
    try:
        found = why_not(key, source=source, external_id=external_id, as_of=reader.as_of)
    except (Commitment.DoesNotExist, UnknownSubjectError):
        return {"candidates": [], "unknown": record}
    visible = _visible(found.clocks, reader)
    return {
        "subject": found.subject,
        "subject_type": words.record_type(found.subject.type),
        "clocks": visible,
        "hidden": len(found.clocks) - len(visible),
        "reasons": [_reason(reason) for reason in found.reasons],
    }


def _visible(clocks: list[Clock], reader: Reader) -> list[ShownClock]:
    pks = [clock.pk for clock in clocks]
    visible = Clock.objects.visible_to(reader.user, as_of=reader.as_of).filter(pk__in=pks)
    may_open = set(visible.values_list("pk", flat=True))
    return [
        ShownClock(clock.pk, clock.started_at, state, words.clock_state(state))
        for clock in clocks
        if clock.pk in may_open
        for state in [str(state_at(clock, reader.as_of))]
    ]


def _reason(reason: Any) -> ShownReason:
    language = (get_language() or "en").split("-")[0]
    at = parse_datetime(reason.at) if reason.at else None
    return ShownReason(reason.text.get(language, reason.text["en"]), at, reason.code)
