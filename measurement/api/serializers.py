"""What the API says of clocks and compliance; owners are e-mails, null without people:read."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from measurement.enums import ClockState, Verdict

STATES = [state.value for state in ClockState]
VERDICTS = [verdict.value for verdict in Verdict]


def _seconds(help_text: str) -> serializers.IntegerField:
    return serializers.IntegerField(allow_null=True, help_text=help_text)


class ClockSerializer(serializers.Serializer):
    """One promise about one record; state and seconds are those of this moment."""

    id = serializers.IntegerField()
    commitment = serializers.CharField(help_text="The commitment's key.")
    version = serializers.IntegerField(help_text="Of the agreement that was in force at the start.")
    subject = serializers.CharField(help_text="source:external_id")
    subject_type = serializers.CharField()
    owner = serializers.CharField(
        allow_null=True, help_text="E-mail; null for nobody, and without people:read."
    )
    started_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True, help_text="Null while a pause keeps it unknown.")
    warn_at = serializers.DateTimeField(allow_null=True)
    stopped_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    state = serializers.ChoiceField(choices=STATES)
    reason = serializers.CharField(allow_blank=True, help_text="Why it ended otherwise than by its stop.")
    origin = serializers.CharField(allow_null=True, help_text="Of the lead, at the start.")
    allowed_seconds = _seconds("In the measure of the promise: elapsed, or open seconds of its calendar.")
    elapsed_seconds = _seconds("By the wall clock, so far or until the end.")
    business_seconds = _seconds("Open seconds of the calendar among them, without pauses.")
    paused_seconds = _seconds("By the wall clock.")
    unassigned_seconds = _seconds("By the wall clock, with no owner.")
    repeats = serializers.IntegerField(help_text="Further starts while it was open.")


class TextsSerializer(serializers.Serializer):
    en = serializers.CharField()
    fr = serializers.CharField()


@extend_schema_field({"type": "array", "items": {"type": "object", "additionalProperties": {}}})
class EntriesField(serializers.JSONField):
    """A list of mappings."""


@extend_schema_field({"type": "object", "additionalProperties": {}})
class MappingField(serializers.JSONField):
    """A mapping."""


class ExplanationSerializer(serializers.Serializer):
    """Why a clock stands as it does, told from its stored evidence."""

    sentence = TextsSerializer()
    state = serializers.ChoiceField(choices=STATES)
    segments = EntriesField(help_text="Open, closed and paused time, end to end: from, to, type, seconds.")
    events = EntriesField(
        help_text="What was counted, and what was not and why: role, at, kind, event …; `fact` is the"
        " source:external_id of the event or, where a record implied it, of that record."
    )
    steps = EntriesField(
        help_text="Of a checklist each step: step, name, state (done, late, missing, open), due_at, done_at,"
        " member, segments; empty for other promises."
    )
    owners = EntriesField(
        help_text="Whose it was: member, name (null without people:read), from, to, seconds."
    )
    clause = MappingField(help_text="What was promised: commitment, agreement, title, start, stop, within.")
    version = serializers.IntegerField()


class ReasonSerializer(serializers.Serializer):
    code = serializers.CharField()
    text = TextsSerializer()
    at = serializers.CharField(allow_null=True, help_text="Of the start that opened no clock.")
    event = serializers.CharField(allow_null=True)
    detail = MappingField()


class AbsenceSerializer(serializers.Serializer):
    """Why a record has no clock, or no more than these, of a commitment."""

    commitment = serializers.CharField()
    subject = serializers.CharField()
    subject_type = serializers.CharField()
    clocks = serializers.ListField(child=serializers.IntegerField(), help_text="Ids of the clocks there are.")
    reasons = ReasonSerializer(many=True)


class CountsSerializer(serializers.Serializer):
    met = serializers.IntegerField()
    late = serializers.IntegerField()
    overdue = serializers.IntegerField()
    failed = serializers.IntegerField()
    running = serializers.IntegerField()
    left_out = serializers.IntegerField()
    kept_rate = serializers.FloatField(allow_null=True, help_text="Met ÷ (met + late + overdue + failed).")


class ComplianceRowSerializer(CountsSerializer):
    key = serializers.CharField(
        allow_null=True,
        help_text="2026-04-02, 2026-W14 or 2026-04; an e-mail, a team's slug, an origin; null for none.",
    )


class ComplianceSerializer(serializers.Serializer):
    """Rows, and the total that they add up to."""

    rows = ComplianceRowSerializer(many=True)
    total = CountsSerializer()
