"""Translations are compiled without gettext's programs, and only when they changed."""

import gettext
import os
from pathlib import Path

import pytest

from slahub.translations import compile_all

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "breach"\nmsgstr "écart"\n'


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "fr" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(PO)
    return path


def test_a_compiled_file_is_what_gettext_reads(source: Path, tmp_path: Path) -> None:
    assert compile_all(tmp_path) == [source.with_suffix(".mo")]

    with source.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("breach") == "écart"


def test_a_second_time_does_nothing_until_the_source_changes(source: Path, tmp_path: Path) -> None:
    compile_all(tmp_path)
    assert compile_all(tmp_path) == []

    later = source.with_suffix(".mo").stat().st_mtime + 5
    os.utime(source, (later, later))
    assert compile_all(tmp_path) == [source.with_suffix(".mo")]
