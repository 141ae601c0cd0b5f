"""JSON as the API writes it: every instant in UTC with `Z`."""

from datetime import datetime
from typing import Any

from rest_framework import renderers
from rest_framework.utils import encoders

from core.instants import format_instant


class JSONEncoder(encoders.JSONEncoder):
    """The framework's encoder, but no zone of a reader shows through."""

    def default(self, obj: Any) -> Any:
        if isinstance(obj, datetime):
            return format_instant(obj)
        return super().default(obj)


class JSONRenderer(renderers.JSONRenderer):
    """Serializers leave instants as they are (DATETIME_FORMAT is None); here they become text."""

    encoder_class = JSONEncoder
