"""What the API says of agreements and commitments."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agreements.composition import compose
from agreements.enums import Kind, Standing
from agreements.lints.commitment import MEASURED
from agreements.models import Agreement, AgreementVersion, Commitment, Signature
from people.api.permissions import may_see_names

TEXT = {
    "description": "A text in one language, or in several: {en, fr}.",
    "oneOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}],
}


@extend_schema_field(TEXT)
class TextField(serializers.JSONField):
    """A string or {en: …, fr: …}."""


@extend_schema_field({"type": "object", "additionalProperties": {}})
class MappingField(serializers.JSONField):
    """A mapping, as the YAML has it."""


class SignatureSerializer(serializers.ModelSerializer):
    party: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    signed_as = serializers.SerializerMethodField(help_text="Who signed; null without people:read.")

    class Meta:
        model = Signature
        fields = ["party", "at", "signed_as"]

    def get_signed_as(self, signature: Signature) -> str | None:
        return signature.signed_as if may_see_names(self.context["request"]) else None


STATES = [state.value for state in Standing]


class VersionSerializer(serializers.ModelSerializer):
    state = serializers.ChoiceField(source="standing", choices=STATES, read_only=True)
    ends_at = serializers.DateTimeField(
        allow_null=True, read_only=True, help_text="When the next signed version starts."
    )
    signatures = SignatureSerializer(many=True, read_only=True)

    class Meta:
        model = AgreementVersion
        fields = [
            "number",
            "state",
            "effective_from",
            "starts_at",
            "ends_at",
            "signed_at",
            "sha256",
            "signatures",
        ]


class AgreementSerializer(serializers.ModelSerializer):
    title = serializers.SerializerMethodField(help_text="Of the newest version.")
    parties = serializers.SerializerMethodField(help_text="Of the newest version: slugs of teams.")
    versions = VersionSerializer(many=True, read_only=True)

    class Meta:
        model = Agreement
        fields = ["key", "title", "parties", "versions"]

    @extend_schema_field(TEXT)
    def get_title(self, agreement: Agreement) -> Any:
        newest = self._newest(agreement)
        return newest.title if newest else agreement.key

    def get_parties(self, agreement: Agreement) -> list[str]:
        newest = self._newest(agreement)
        return list(newest.document.get("parties", ())) if newest else []

    def _newest(self, agreement: Agreement) -> AgreementVersion | None:
        return next(iter(agreement.versions.all()), None)


class AgreementDetailSerializer(AgreementSerializer):
    document = serializers.SerializerMethodField(help_text="The newest version as its YAML has it.")

    class Meta(AgreementSerializer.Meta):
        fields = [*AgreementSerializer.Meta.fields, "document"]

    def get_document(self, agreement: Agreement) -> dict[str, Any]:
        newest = self._newest(agreement)
        return compose(newest) if newest else {}


class CommitmentSerializer(serializers.ModelSerializer):
    title = serializers.SerializerMethodField()
    owner: Any = serializers.SlugRelatedField(
        slug_field="slug", read_only=True, help_text="The team that owes."
    )
    kind = serializers.ChoiceField(choices=[kind.value for kind in Kind])
    agreement = serializers.CharField(source="version.agreement.key")
    version = serializers.IntegerField(source="version.number")
    state = serializers.ChoiceField(source="version.standing", choices=STATES)
    starts_at = serializers.DateTimeField(source="version.starts_at")
    ends_at = serializers.DateTimeField(
        allow_null=True, read_only=True, help_text="When the next signed version of the agreement starts."
    )
    terms = MappingField(help_text="As written in the agreement; what is left out has its default.")
    measured = serializers.SerializerMethodField(
        help_text="Whether commitments of this kind are measured yet."
    )

    class Meta:
        model = Commitment
        fields = [
            *("id", "key", "title", "owner", "kind", "agreement", "version", "state"),
            *("starts_at", "ends_at", "terms", "measured"),
        ]

    @extend_schema_field(TEXT)
    def get_title(self, commitment: Commitment) -> Any:
        return commitment.terms.get("title") or commitment.key

    def get_measured(self, commitment: Commitment) -> bool:
        return commitment.kind in MEASURED


class WarningSerializer(serializers.Serializer):
    code = serializers.CharField()
    where = serializers.CharField(help_text="The place in the document.")
    message = serializers.CharField()


class LoadedSerializer(serializers.Serializer):
    """What came of a document."""

    agreement = serializers.CharField(source="version.agreement.key")
    version = serializers.IntegerField(source="version.number")
    state = serializers.ChoiceField(source="version.standing", choices=STATES)
    changed = serializers.BooleanField(help_text="False when it says what is stored already.")
    difference = serializers.ListField(
        child=serializers.CharField(), help_text="What it changes, one line a change."
    )
    warnings = WarningSerializer(many=True, help_text="What is allowed and hardly meant.")
