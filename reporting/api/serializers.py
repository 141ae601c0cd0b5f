"""What the API says of breaches and reports, and what it takes to act on a breach."""

from typing import Any

from rest_framework import serializers

from measurement.enums import ClockState, Verdict
from reporting.enums import BreachState, BreachType, DisputeOutcome, RootCause, ToldState

NAMED = "E-mail address; null without people:read."
SUBJECT = "source:external_id"


class DisputedSerializer(serializers.Serializer):
    """What whoever owes it says against a breach, and what the other team answered."""

    at = serializers.DateTimeField()
    by = serializers.CharField(allow_null=True, help_text=NAMED)
    reason = serializers.CharField(allow_null=True, help_text="Free text; null without people:read.")
    evidence = serializers.CharField(
        allow_null=True, allow_blank=True, help_text="A link; null without people:read."
    )
    outcome = serializers.ChoiceField(
        choices=[o.value for o in DisputeOutcome], allow_null=True, help_text="Null while nobody decided."
    )
    decided_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField(
        allow_null=True, allow_blank=True, help_text="Free text; null without people:read."
    )


class CommentSerializer(serializers.Serializer):
    """What somebody said about a breach."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    author = serializers.CharField(allow_null=True, help_text=NAMED)
    text = serializers.CharField(allow_null=True, help_text="Free text; null without people:read.")
    mentions = serializers.ListField(child=serializers.CharField(), help_text="E-mail addresses.")


class BreachSerializer(serializers.Serializer):
    """A promise not kept."""

    id = serializers.IntegerField()
    type = serializers.ChoiceField(choices=[t.value for t in BreachType])
    commitment = serializers.CharField(help_text="Key of the commitment.")
    team = serializers.CharField(help_text="Slug of the team that owed it.")
    subject = serializers.CharField(allow_null=True, help_text=f"{SUBJECT}; null for a period.")
    owner = serializers.CharField(allow_null=True, help_text=f"Who owed it at the miss. {NAMED}")
    assignee = serializers.CharField(allow_null=True, help_text=f"Whom it was given to. {NAMED}")
    missed_at = serializers.DateTimeField()
    opened_at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=[s.value for s in BreachState])
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    historic = serializers.BooleanField(help_text="Old news when it became known: counted, never notified.")
    root_cause = serializers.ChoiceField(choices=[c.value for c in RootCause], allow_null=True)
    note = serializers.CharField(
        allow_blank=True,
        allow_null=True,
        help_text="Free text, which may name persons; null without people:read.",
    )
    next_step = serializers.CharField(
        allow_null=True, help_text="What to do now; null where nothing is left."
    )
    clock = serializers.IntegerField(allow_null=True, help_text="Id of the clock.")
    clock_state = serializers.ChoiceField(
        choices=[s.value for s in ClockState], allow_null=True, help_text="`late`: it was done since."
    )
    reading = serializers.IntegerField(allow_null=True, help_text="Id of the reading of a period.")
    waived_until = serializers.DateTimeField(
        allow_null=True, help_text="A waived one that is not done by then counts again."
    )
    dispute = DisputedSerializer(allow_null=True, help_text="The latest one; null where there was none.")


class ReportSummarySerializer(serializers.Serializer):
    """A report in the list."""

    team = serializers.CharField(source="team.slug")
    day = serializers.DateField()
    as_of = serializers.DateTimeField()
    built_at = serializers.DateTimeField()
    fix_today = serializers.SerializerMethodField(help_text="How many breaches it tells.")

    def get_fix_today(self, report: Any) -> int:
        return len(report.body["sections"]["fix_today"])


class PeriodFigureSerializer(serializers.Serializer):
    """What one period of a rate, a volume or coverage came to, as of the report."""

    period_start = serializers.DateTimeField()
    each = serializers.CharField(help_text="team, or the id of the member or account it was counted for.")
    numerator = serializers.IntegerField(help_text="Of a volume the count; of coverage open seconds.")
    denominator = serializers.IntegerField(allow_null=True, help_text="Null for a volume.")
    expected = serializers.FloatField(allow_null=True, help_text="The number that the target came to.")
    verdict = serializers.ChoiceField(choices=[v.value for v in Verdict])


class KeptSerializer(serializers.Serializer):
    """Clocks that came to an end; of rates, volumes and coverage the periods that closed."""

    commitment = serializers.CharField()
    met = serializers.IntegerField()
    missed = serializers.IntegerField()
    left_out = serializers.IntegerField()
    kept_rate = serializers.FloatField(allow_null=True, help_text="met ÷ (met + missed); null of nothing.")
    periods = PeriodFigureSerializer(
        many=True, required=False, help_text="The periods that closed; absent for kinds told by clock."
    )


class FixSerializer(serializers.Serializer):
    breach = serializers.IntegerField()
    type = serializers.ChoiceField(choices=[t.value for t in BreachType])
    commitment = serializers.CharField()
    subject = serializers.CharField(allow_null=True, help_text=SUBJECT)
    clock = serializers.IntegerField(allow_null=True)
    period_start = serializers.DateTimeField(allow_null=True)
    each = serializers.CharField(required=False, allow_blank=True, help_text="Of a period: whose it is.")
    state = serializers.ChoiceField(
        choices=[s.value for s in ClockState], allow_null=True, help_text="Of its clock, as of the report."
    )
    handled = serializers.ChoiceField(
        choices=[s.value for s in BreachState], help_text="Of the breach, as of it."
    )
    owner = serializers.CharField(allow_null=True, help_text=NAMED)
    assignee = serializers.CharField(allow_null=True, help_text=NAMED)
    missed_at = serializers.DateTimeField()
    age_seconds = serializers.IntegerField()
    new = serializers.BooleanField(help_text="Not in the report before.")
    tier = serializers.IntegerField(allow_null=True)
    next_step = serializers.CharField()


class AtRiskSerializer(serializers.Serializer):
    """A clock past its warning or due today, or a running period off its pace (then with its figures)."""

    clock = serializers.IntegerField(allow_null=True, help_text="Null for a running period.")
    reading = serializers.IntegerField(required=False, help_text="Id of the reading of a running period.")
    commitment = serializers.CharField()
    subject = serializers.CharField(allow_null=True, help_text=f"{SUBJECT}; null for a running period.")
    owner = serializers.CharField(allow_null=True, help_text=NAMED)
    due_at = serializers.DateTimeField(help_text="The deadline, or the end of the period.")
    due_today = serializers.BooleanField()
    period_start = serializers.DateTimeField(required=False)
    each = serializers.CharField(required=False)
    numerator = serializers.IntegerField(required=False)
    denominator = serializers.IntegerField(required=False, allow_null=True)
    expected = serializers.FloatField(required=False, allow_null=True)
    verdict = serializers.CharField(required=False)


class DecidedSerializer(serializers.Serializer):
    breach = serializers.IntegerField()
    commitment = serializers.CharField()
    subject = serializers.CharField(allow_null=True, help_text=SUBJECT)
    period_start = serializers.DateTimeField(required=False, allow_null=True)
    each = serializers.CharField(required=False, allow_blank=True)
    decision = serializers.ChoiceField(choices=[s.value for s in BreachState])
    at = serializers.DateTimeField()
    root_cause = serializers.ChoiceField(choices=[c.value for c in RootCause], allow_null=True)


class RestatedSerializer(serializers.Serializer):
    commitment = serializers.CharField()
    subject = serializers.CharField(allow_null=True, help_text=SUBJECT)
    clock = serializers.IntegerField(allow_null=True, help_text="Null where there is none any more.")
    reading = serializers.IntegerField(required=False, help_text="Id of the reading of a period.")
    period_start = serializers.DateTimeField(required=False)
    each = serializers.CharField(required=False)
    reported = serializers.ChoiceField(choices=[s.value for s in ToldState])
    reported_on = serializers.DateField()
    reported_as_of = serializers.DateTimeField()
    now = serializers.ChoiceField(choices=[s.value for s in ToldState])


class SectionsSerializer(serializers.Serializer):
    kept = KeptSerializer(many=True)
    fix_today = FixSerializer(many=True)
    at_risk = AtRiskSerializer(many=True)
    decided = DecidedSerializer(many=True)
    restated = RestatedSerializer(many=True)


class FeedSerializer(serializers.Serializer):
    feed = serializers.CharField(help_text="source:resource")
    last = serializers.DateTimeField()
    stale = serializers.BooleanField(help_text="Nothing came from the source since the report before.")


class OtherSerializer(serializers.Serializer):
    commitment = serializers.CharField()
    team = serializers.CharField()
    met = serializers.IntegerField()
    missed = serializers.IntegerField()
    kept_rate = serializers.FloatField(allow_null=True)


class CoversSerializer(serializers.Serializer):
    after = serializers.DateTimeField()
    until = serializers.DateTimeField()


class WaivedSerializer(serializers.Serializer):
    """How many of the month's misses of a promise were waived, and how many may be."""

    commitment = serializers.CharField()
    waived = serializers.IntegerField()
    misses = serializers.IntegerField()
    allowed = serializers.IntegerField()


class ReportCountsSerializer(serializers.Serializer):
    historic = serializers.IntegerField(help_text="Live breaches that were old news when they became known.")
    left_out = serializers.IntegerField(
        help_text="Cancelled, excluded or unmeasurable since the last report."
    )
    waived = WaivedSerializer(many=True, required=False, help_text="Promises with waived misses this month.")


class ReportSerializer(serializers.Serializer):
    """A frozen report; names and next steps are looked up when it is read."""

    team = serializers.CharField()
    day = serializers.DateField()
    as_of = serializers.DateTimeField(help_text="The instant whose state it tells.")
    built_at = serializers.DateTimeField(help_text="When it was really built; later after an outage.")
    covers = CoversSerializer()
    sections = SectionsSerializer()
    others = OtherSerializer(many=True, help_text="What the other parties of the agreements kept.")
    counts = ReportCountsSerializer()
    freshness = FeedSerializer(many=True)
