"""No other site makes a signed-in browser act: every address refuses a POST without the token."""

from collections.abc import Iterator

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

EXAMPLES = {
    "IntConverter": "1",
    "StringConverter": "x",
    "SlugConverter": "x",
    "IsoDate": "2026-03-05",
    "UUIDConverter": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "PathConverter": "x",
}
#: Programs come in with tokens, which no browser sends by itself; asked through a session they want it.
API = "api/v1/"


def addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """Every address of the application, with an example for each part that varies."""
    for pattern in patterns:
        route = getattr(pattern.pattern, "_route", None)
        if route is None:  # a regular expression: the admin's last resort, the link for a password
            continue
        for name, converter in pattern.pattern.converters.items():
            example = EXAMPLES[type(converter).__name__]
            route = route.replace(f"<{_kind(route, name)}{name}>", example)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, before + route)
        else:
            yield before + route


def _kind(route: str, name: str) -> str:
    """The converter's name with its colon, as the route has it."""
    start = route[: route.index(f"{name}>")].rindex("<") + 1
    return route[start : route.index(f"{name}>", start)]


ALL = sorted({address for address in addresses(get_resolver().url_patterns) if not address.startswith(API)})


def test_a_post_without_the_token_is_refused_everywhere(admin):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(admin)

    answers = {address: browser.post(f"/{address}").status_code for address in ALL}

    assert {address: status for address, status in answers.items() if status != 403} == {}


def test_the_walk_saw_the_pages():
    assert {"accounts/login/", "audit/", "exceptions/", "i18n/language/"} <= set(ALL)
    assert len(ALL) > 60


def test_the_api_through_a_session_wants_it_too(admin):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(admin)

    answer = browser.post("/api/v1/sync/contacts/", "{}", content_type="application/json")

    assert answer.status_code == 403


def test_cookies_are_not_read_by_scripts_nor_sent_by_other_sites(client, admin, settings):
    admin.set_password("correct horse battery")
    admin.save()

    client.get("/accounts/login/")
    client.post("/accounts/login/", {"login": admin.email, "password": "correct horse battery"})

    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        cookie = client.cookies[name]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_no_other_site_frames_a_page(client, admin):
    client.force_login(admin)

    answer = client.get("/")

    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
