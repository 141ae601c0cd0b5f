"""Fields of what the API takes that are stricter than the framework's."""

from datetime import datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.instants import parse_instant


@extend_schema_field(OpenApiTypes.DATETIME)
class InstantField(serializers.Field):
    """An instant in RFC 3339 with its offset, and nothing that would have to be guessed."""

    def to_internal_value(self, data: Any) -> datetime:
        if not isinstance(data, str):
            raise serializers.ValidationError("must be an instant in quotes such as 2026-03-31T09:00:00Z")
        try:
            return parse_instant(data)
        except ValueError as error:
            raise serializers.ValidationError(str(error), code="invalid_instant") from error

    def to_representation(self, value: datetime) -> str:
        return value.isoformat()
