import pytest
from django.test import Client

from core.problems import problem_response

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.urls")]


@pytest.fixture
def web() -> Client:
    """A client that sees a crash as a browser does, not as an exception."""
    return Client(raise_request_exception=False)


def problem(answer) -> dict:
    body = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert body["status"] == answer.status_code
    assert list(body)[:4] == ["type", "title", "status", "detail"]
    assert body["detail"]
    return body


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("problem", 409),
        ("missing", 404),
        ("forbidden", 403),
        ("suspicious", 400),
        ("invalid", 422),
        ("model", 422),
        ("throttled", 429),
        ("crash", 500),
    ],
)
def test_every_error_is_a_problem(web, kind, status):
    answer = web.get(f"/api/v1/errors/{kind}/")

    assert answer.status_code == status
    problem(answer)


def test_a_problem_says_all_that_it_was_given(web):
    assert web.get("/api/v1/errors/problem/").json() == {
        "type": "/problems/taken",
        "title": "Taken",
        "status": 409,
        "detail": "Choose another.",
        "errors": [{"field": "key"}],
    }


def test_a_crash_says_nothing_of_its_cause_and_is_logged(web, caplog):
    answer = web.get("/api/v1/errors/crash/")

    assert "secret" not in answer.content.decode()
    assert "secret of the database" in caplog.text


def test_a_crash_says_nothing_either_while_debugging(web, settings):
    settings.DEBUG = True

    assert "secret" not in web.get("/api/v1/errors/crash/").content.decode()


def test_a_suspicious_request_is_not_quoted(web):
    assert "passwd" not in web.get("/api/v1/errors/suspicious/").content.decode()


def test_too_fast_says_how_long_to_wait(web):
    assert web.get("/api/v1/errors/throttled/")["Retry-After"] == "3"


def test_what_a_serializer_refuses_is_a_flat_list_of_fields(web):
    body = problem(web.get("/api/v1/errors/invalid/"))

    assert body["errors"] == [
        {"field": "note", "code": "invalid", "message": "Too long."},
        {"field": "rows.at", "code": "invalid", "message": "No date."},
    ]
    assert body["detail"] == "Correct note, rows.at and send it again."


def test_what_a_model_refuses_names_the_field(web):
    assert problem(web.get("/api/v1/errors/model/"))["errors"][0]["field"] == "slug"


def test_without_a_token_the_answer_says_how_to_show_one(web):
    answer = web.get("/api/v1/private/")

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert "Authorization: Bearer" in problem(answer)["detail"]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"a": NaN}', "application/json", 400),
        (b"<a/>", "application/xml", 415),
        (b"a=1", "application/x-www-form-urlencoded", 415),
    ],
)
def test_an_unreadable_body_is_a_problem(web, body, content_type, status):
    answer = web.post("/api/v1/errors/problem/", body, content_type=content_type)

    assert answer.status_code == status
    problem(answer)


def test_a_body_over_the_limit_is_413(web, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    answer = web.post(
        "/api/v1/once/1/", b"x" * 11, content_type="application/json", headers={"Idempotency-Key": "k"}
    )

    assert answer.status_code == 413
    assert "20 MiB" in problem(answer)["detail"]


def test_a_wrong_method_says_which_ones_there_are(web):
    answer = web.delete("/api/v1/errors/problem/")

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, POST, HEAD, OPTIONS"
    problem(answer)


def test_another_format_than_json_is_406(web):
    answer = web.get("/api/v1/entries/", headers={"Accept": "text/csv"})

    assert answer.status_code == 406
    problem(answer)


def test_an_address_that_does_not_exist_is_a_problem(web):
    answer = web.get("/api/v2/")

    assert answer.status_code == 404
    problem(answer)


def test_a_host_that_is_not_ours_is_a_problem(web, settings):
    settings.ALLOWED_HOSTS = ["sla.example.com"]
    answer = web.get("/api/v1/entries/", headers={"Host": "evil.example.com"})

    assert answer.status_code == 400
    problem(answer)


@pytest.mark.parametrize(
    "path", ["/api/v1/errors/a%00b/", "/api/v1/entries/?cursor=%00", "/api/v1/entries/?%00=1"]
)
def test_a_nul_character_anywhere_in_the_address_is_422(web, path):
    answer = web.get(path)

    assert answer.status_code == 422
    assert "NUL" in problem(answer)["detail"]


def test_a_nul_character_in_the_address_of_a_page_is_a_bad_request(web):
    assert web.get("/page/?q=%00").status_code == 400
    assert web.get("/page/").content == b"a page"


def test_pages_keep_their_own_errors(web):
    answer = web.get("/nowhere/")

    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


def test_a_plain_view_makes_the_same_problem():
    answer = problem_response(429, "Too Many Requests", "Wait.", headers={"Retry-After": "5"})

    assert (answer.status_code, answer["Retry-After"]) == (429, "5")
    assert (
        answer.content
        == b'{"type": "about:blank", "title": "Too Many Requests", "status": 429, "detail": "Wait."}'
    )
