"""Every page in the reader's language and zone."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django_htmx.http import HttpResponseClientRefresh


class ReaderMiddleware:
    """Activates the language and the zone of the signed-in reader, whoever used this browser before them.

    A part of a page that asks for news after its session has ended is told to load the page anew: the
    sign-in form would otherwise be put where the news should be.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            asks_for_news = request.headers.get("HX-Request") == "true"
            return HttpResponseClientRefresh() if asks_for_news else self.get_response(request)
        translation.activate(request.user.language)
        request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(ZoneInfo(request.user.timezone)):
            return self.get_response(request)
