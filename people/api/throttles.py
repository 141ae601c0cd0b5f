"""How fast one caller may ask; the rate is the setting API_RATE, counted by each web process."""

from typing import Any

from django.core.cache import caches
from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle

from people.models import ApiToken


class TokenRateThrottle(UserRateThrottle):
    """Each token for itself, a signed-in person for themselves; too fast is a 429 with Retry-After."""

    cache = caches["own"]

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        if isinstance(request.auth, ApiToken):
            return self.cache_format % {"scope": self.scope, "ident": request.auth.prefix}
        return super().get_cache_key(request, view)
