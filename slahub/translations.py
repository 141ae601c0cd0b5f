"""Compiles the committed .po files to the .mo files that gettext reads, without gettext's programs."""

from pathlib import Path

import polib


def compile_all(locale: Path) -> list[Path]:
    """Writes each `<language>/LC_MESSAGES/*.mo` that is missing or older than its .po; returns those."""
    return [_compile(source) for source in sorted(locale.glob("*/LC_MESSAGES/*.po")) if _is_stale(source)]


def translated(source: Path) -> set[tuple[str | None, str]]:
    """(context, text) of every text that a .po file translates for certain, each of its plurals included."""
    return {
        (entry.msgctxt, entry.msgid)
        for entry in polib.pofile(str(source))
        if entry.translated() and all(entry.msgstr_plural.values())
    }


def _is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime < source.stat().st_mtime


def _compile(source: Path) -> Path:
    target = source.with_suffix(".mo")
    draft = target.with_suffix(".mo.new")
    polib.pofile(str(source)).save_as_mofile(str(draft))
    draft.replace(target)  # never half a file for a process that starts just now
    return target
