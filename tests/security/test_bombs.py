"""Small inputs that would cost a lot: patterns that backtrack, documents that unfold, bodies without end."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from types import ModuleType

import pytest

import agreements
import core
import demo
import leads
import measurement
import people
import reporting
from agreements.document import DocumentError, read_yaml

SECONDS = 3.0  # of the processor: what unfolds or backtracks takes hours
LONG = 20_000
PIECES = (
    "a",
    " ",
    "0",
    "-",
    "@",
    ".",
    "'",
    "=",
    "\t",
    "é",
    "{",
    "a@",
    "a.",
    "0.",
    "a ",
    "- ",
    "0:0",
    " '",
    "<=",
)
SKIPPED = ("migrations", "management")


def modules() -> Iterator[ModuleType]:
    for package in (core, people, leads, agreements, measurement, reporting, demo):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not any(part in SKIPPED for part in info.name.split(".")):
                yield importlib.import_module(info.name)


def patterns() -> dict[str, re.Pattern[str]]:
    """Every compiled pattern of the application by where it stands."""
    return {
        f"{module.__name__}.{name}": value
        for module in modules()
        for name, value in vars(module).items()
        if isinstance(value, re.Pattern) and isinstance(value.pattern, str)
    }


def test_no_pattern_takes_long_however_the_text_is_made():
    found = patterns()
    assert len(found) > 15
    slow = []
    for where, pattern in found.items():
        for piece in PIECES:
            text = piece * (LONG // len(piece)) + "!"
            began = time.process_time()
            pattern.match(text), pattern.fullmatch(text), pattern.search(text[: LONG // 10])
            if time.process_time() - began > SECONDS:
                slow.append((where, piece))
    assert slow == []


def _quickly(text: str) -> str:
    """What is said against a document, within its time."""
    began = time.process_time()
    with pytest.raises(DocumentError) as refusal:
        read_yaml(text)
    assert time.process_time() - began < SECONDS
    return str(refusal.value)


def test_aliases_that_unfold_to_a_billion_are_counted_before():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]

    assert "more than 20,000 values" in _quickly("\n".join(lines))


def test_a_document_nested_without_end_is_refused():
    assert _quickly("a: " + "[" * 5000)


def test_a_document_that_is_too_large_is_refused_before_it_is_read():
    assert _quickly("a: " + "x" * 600_000)


@pytest.mark.parametrize("text", ["a: !!python/object/apply:os.system ['id']", "a: !!binary aGk=", "a: !x 1"])
def test_tags_are_not_followed(text):
    assert "tag" in _quickly(text)


def test_a_number_of_a_million_digits_is_refused_not_counted():
    began = time.process_time()
    with pytest.raises(DocumentError):
        read_yaml("a: " + "9" * 500_000)
    assert time.process_time() - began < SECONDS


def test_a_body_of_the_api_nested_without_end_is_a_problem(api_with, token):
    body = '{"a":' * 100_000
    for path in ("sync/contacts/", "agreements/"):
        answer = api_with(token).generic("POST", f"/api/v1/{path}", body, content_type="application/json")
        assert 400 <= answer.status_code < 500
