"""What the API says of readings, of why they are what they are, and of baselines."""

from typing import Any

from rest_framework import serializers

from measurement.api.serializers import VERDICTS, EntriesField, MappingField, TextsSerializer
from measurement.baselines import BaselineNow
from measurement.readings.rows import decimal
from measurement.readings.shown import shown_target
from measurement.targets import Sample

VALUE = "Of a share numerator ÷ denominator, null of nothing; of a volume the count."
EACH = (
    "`team`; of a member the e-mail (without people:read: `member`; `nobody` where nobody did it);"
    " of an account source:external_id."
)
EXPECTED = "What the target came to in this period: a share, or a whole number; null where there is none."
DETAIL = "How it came about: op, baseline, before_ramp, ramp, prorate, room, owes."
ROWS = (
    "Clocks, or units of rates, volumes and coverage: id, subject (source:external_id), subject_type, state,"
    " at, owner, reason, events (each with `fact`, the source:external_id of its event), link."
)


class ReadingSerializer(serializers.Serializer):
    """The value of a commitment for one half-open period, as it stands at this moment."""

    id = serializers.IntegerField()
    commitment = serializers.CharField()
    version = serializers.IntegerField()
    period_start = serializers.DateTimeField()
    period_end = serializers.DateTimeField()
    each = serializers.CharField(help_text=EACH)
    value = serializers.FloatField(allow_null=True, help_text=VALUE)
    numerator = serializers.IntegerField(help_text="Of coverage: seconds.")
    denominator = serializers.IntegerField(allow_null=True, help_text="Null of a volume.")
    left_out = serializers.IntegerField(help_text="Not counted, each for a reason that the explanation says.")
    maturing = serializers.IntegerField(help_text="Not judged yet, for their time is not up.")
    target = serializers.CharField(help_text="As it is written.")
    expected = serializers.FloatField(allow_null=True, help_text=EXPECTED)
    detail = MappingField(help_text=DETAIL)
    verdict = serializers.ChoiceField(choices=VERDICTS)
    waived_at = serializers.DateTimeField(
        allow_null=True,
        help_text="Since when it is a miss that does not count (then `not_required`); else null.",
    )
    final_at = serializers.DateTimeField(help_text="From when on only other facts can change it.")


class HeadlineSerializer(serializers.Serializer):
    value = serializers.FloatField(allow_null=True, help_text=VALUE)
    numerator = serializers.IntegerField()
    denominator = serializers.IntegerField(allow_null=True)
    left_out = serializers.IntegerField()
    maturing = serializers.IntegerField()
    verdict = serializers.ChoiceField(choices=VERDICTS)


class LeftOutSerializer(serializers.Serializer):
    reason = serializers.CharField()
    text = TextsSerializer()
    number = serializers.IntegerField()
    rows = EntriesField(help_text="Those on this page.")


class GapSerializer(serializers.Serializer):
    to = serializers.DateTimeField()
    seconds = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        """``from`` is a word of Python's."""
        return {"from": serializers.DateTimeField(), **super().get_fields()}


class SignificanceSerializer(serializers.Serializer):
    """A two-proportion test against the baseline."""

    difference = serializers.FloatField(help_text="Of the shares: 0.02 are two points.")
    low = serializers.FloatField(help_text="Of the interval at 95 % (Newcombe).")
    high = serializers.FloatField()
    p_value = serializers.FloatField()
    more_than_chance = serializers.BooleanField(help_text="Whether the interval leaves out 0.")


class ListNumbersSerializer(serializers.Serializer):
    counted = serializers.IntegerField()
    left_out = serializers.IntegerField()
    maturing = serializers.IntegerField()


class ShareSerializer(serializers.Serializer):
    key = serializers.CharField(
        allow_null=True, help_text="A name or an origin; null for nobody's, unknown ones and hidden names."
    )
    numerator = serializers.IntegerField()
    denominator = serializers.IntegerField(allow_null=True)
    value = serializers.FloatField(allow_null=True)


class SharesSerializer(serializers.Serializer):
    """Whose, and of which origin, the counted units are; each list adds up to the headline."""

    owner = ShareSerializer(many=True)
    origin = ShareSerializer(many=True)


class ReadingExplanationSerializer(serializers.Serializer):
    """Why a reading is what it is; its rows add up to its headline."""

    sentence = TextsSerializer()
    headline = HeadlineSerializer()
    target = MappingField(help_text=f"written, expected, text in both languages. {DETAIL}")
    counted = EntriesField(help_text=ROWS)
    left_out = LeftOutSerializer(many=True)
    maturing = EntriesField(help_text="As `counted`.")
    numbers = ListNumbersSerializer(help_text="Of all rows, whatever the page.")
    hidden = ListNumbersSerializer(help_text="Rows that the reader may not look at; `numbers` hold them.")
    shares = SharesSerializer(allow_null=True, help_text="Of rates and volumes.")
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    gaps = GapSerializer(many=True, help_text="Of coverage: agreed time in which nobody was there.")
    significance = SignificanceSerializer(allow_null=True)
    clause = MappingField(help_text="What was promised: commitment, agreement, kind, title, target, per.")
    version = serializers.IntegerField()


class SampleSerializer(serializers.Serializer):
    value = serializers.FloatField(allow_null=True)
    numerator = serializers.IntegerField()
    denominator = serializers.IntegerField()


class BaselineSerializer(serializers.Serializer):
    """A baseline: a function of the facts in its window, until it is pinned."""

    commitment = serializers.CharField()
    version = serializers.IntegerField()
    to = serializers.DateField()
    target = serializers.CharField()
    now = SampleSerializer(help_text="By the facts known now.")
    at_signing = SampleSerializer(allow_null=True, help_text="When it was first counted after the signing.")
    signed_at = serializers.DateTimeField(allow_null=True)
    pinned = SampleSerializer(allow_null=True)
    pinned_at = serializers.DateTimeField(allow_null=True)
    counts = SampleSerializer(help_text="What the version is held against: the pinned one, else now's.")

    def get_fields(self) -> dict[str, Any]:
        """``from`` is a word of Python's."""
        return {"from": serializers.DateField(), **super().get_fields()}


class PinSerializer(serializers.Serializer):
    act = serializers.ChoiceField(choices=["pin", "unpin"])


def baseline_row(found: BaselineNow) -> dict[str, Any]:
    """A row of BaselineSerializer."""
    first, last = found.promise.terms.baseline
    return {
        "commitment": found.promise.key,
        "version": found.promise.version_number,
        "from": first,
        "to": last,
        "target": shown_target(found.promise.terms.target),
        "now": _sample(found.now),
        "at_signing": _sample(found.at_signing),
        "signed_at": found.signed_at,
        "pinned": _sample(found.pinned),
        "pinned_at": found.pinned_at,
        "counts": _sample(found.counts),
    }


def _sample(sample: Sample | None) -> dict[str, Any] | None:
    if sample is None:
        return None
    return {
        "value": decimal(sample.value),
        "numerator": sample.numerator,
        "denominator": sample.denominator,
    }
