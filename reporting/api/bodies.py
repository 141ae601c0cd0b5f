"""What the acts on a breach take."""

from typing import Any

from rest_framework import serializers

from reporting.enums import RootCause

NOTE_LENGTH = 2000
DECIDER = "Whose decision a program passes on: a manager of the other team. Needed from a program."


class StrictSerializer(serializers.Serializer):
    """A body in which nothing is silently ignored."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuses fields that the act does not take."""
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            known = ", ".join(self.fields)
            raise serializers.ValidationError({name: [f"not taken here; known: {known}"] for name in unknown})
        return super().to_internal_value(data)


class NoteSerializer(StrictSerializer):
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=NOTE_LENGTH)


class ResolveSerializer(NoteSerializer):
    root_cause = serializers.ChoiceField(choices=[c.value for c in RootCause])


class ReasonSerializer(StrictSerializer):
    note = serializers.CharField(max_length=NOTE_LENGTH, help_text="Why; needed.")


class DisputeSerializer(ReasonSerializer):
    evidence = serializers.URLField(
        required=False,
        allow_blank=True,
        default="",
        max_length=NOTE_LENGTH,
        help_text="A link that shows it.",
    )


class WaiveSerializer(ReasonSerializer):
    until = serializers.DateTimeField(
        required=False,
        allow_null=True,
        default=None,
        help_text="It counts again where it is not done by then; left out: it is waived for good.",
    )
    member = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        help_text=DECIDER,
    )


class RefuseSerializer(ReasonSerializer):
    member = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        help_text=DECIDER,
    )


class CommentBodySerializer(StrictSerializer):
    text = serializers.CharField(
        max_length=4000, help_text="@name or @address mentions somebody who may see the breach."
    )


class AssignSerializer(NoteSerializer):
    member = serializers.CharField(help_text="E-mail address of a user, or source:external_id of a member.")
