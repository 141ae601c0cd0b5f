"""CSV, JSON and NDJSON files as rows; tolerant of what spreadsheets do to CSV."""

import codecs
import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from leads.ingestion.decode import UNREADABLE, why_unreadable

Row = dict[str, Any]
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DELIMITERS = (",", ";", "\t", "|")
#: What stands beside a refused row.
WHY = ("field", "code", "message")


class UnreadableFile(ValueError):
    """The file as a whole cannot be read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file in order; ``columns`` is empty where rows name their own fields.

    ``lines``: where in the file each row begins, counted from 1; empty where rows are not lines (JSON).
    """

    columns: list[str]
    rows: list[Row | bytes]
    lines: list[int] = field(default_factory=list)


def read_table(path: Path) -> Table:
    """All rows of a .csv, .tsv, .json, .ndjson or .jsonl file. Raises OSError and UnreadableFile."""
    return table_named(path.name, path.read_bytes())


def table_named(name: str, content: bytes) -> Table:
    """All rows of a file's content; its name tells the format. Raises UnreadableFile."""
    suffix = Path(name).suffix.lower()
    if suffix in (".ndjson", ".jsonl"):
        lines = [(number, line) for number, line in enumerate(content.splitlines(), 1) if line.strip()]
        return _of_objects([_line(line) for _, line in lines], [number for number, _ in lines])
    if suffix == ".json":
        return _of_objects(_json(content))
    return _csv(_text(content))


def table_of(content: bytes) -> Table:
    """All rows of a CSV file by its content. Raises UnreadableFile."""
    return _csv(_text(content))


def _text(content: bytes) -> str:
    """Decoded by its mark, as UTF-8, or as what Excel writes in Western Europe."""
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _csv(text: str) -> Table:
    first_line = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        lines = list(_filled(reader))
    except csv.Error as error:
        raise UnreadableFile(f"line {reader.line_num}: {error}; is it a CSV file?") from None
    if not lines:
        raise UnreadableFile("is empty; the first line must name the columns")
    columns = [name.strip() for name in lines[0][1]]
    doubled = sorted({name for name in columns if columns.count(name) > 1 and name})
    if doubled:
        raise UnreadableFile(f"has two columns called {', '.join(doubled)}; rename one")
    return Table(
        columns, [_cells(columns, line) for _, line in lines[1:]], [number for number, _ in lines[1:]]
    )


def _filled(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """The lines that are not empty, each with its number; a cell may go over several."""
    begins = 1
    for line in reader:
        if any(cell.strip() for cell in line):
            yield begins, line
        begins = reader.line_num + 1


def _cells(columns: list[str], line: list[str]) -> Row:
    """A short line lacks its last cells; what is beyond the columns is kept visible."""
    row: Row = dict(zip(columns, line, strict=False))
    if any(cell.strip() for cell in line[len(columns) :]):
        row["beyond the columns"] = line[len(columns) :]
    return row


def _json(content: bytes) -> list[Any]:
    """A list of objects, or the body of a request with its ``records``."""
    try:
        read = msgspec.json.decode(content.removeprefix(codecs.BOM_UTF8))
    except UNREADABLE as error:
        raise UnreadableFile(
            f"{why_unreadable(error)}; one object a line belongs into a .ndjson file"
        ) from None
    rows = read.get("records") if isinstance(read, dict) else read
    if not isinstance(rows, list):
        raise UnreadableFile('must be a list of objects, or {"records": [...]}')
    return rows


def _line(line: bytes) -> Any:
    """The object of a line; a line that is none is left as it is, for ingestion to refuse."""
    try:
        return msgspec.json.decode(line.removeprefix(codecs.BOM_UTF8))
    except UNREADABLE:
        return line


def _of_objects(rows: list[Any], lines: list[int] | None = None) -> Table:
    columns = dict.fromkeys(name for row in rows if isinstance(row, dict) for name in row)
    objects = [row if isinstance(row, dict | bytes) else _encoded(row) for row in rows]
    return Table(list(columns), objects, lines or [])


def _encoded(row: Any) -> bytes:
    return msgspec.json.encode(row)


def write_rejected(
    path: Path, columns: list[str], rejected: Iterator[tuple[Row | bytes, str, str, str]]
) -> None:
    """The refused rows under their own columns, with field, code and message, to be corrected."""
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow([*columns, *WHY])
        for row, *why in rejected:
            writer.writerow([*cells_of(row, columns), *why])


def cells_of(row: Row | bytes, columns: list[str]) -> list[str]:
    """A row as it stood in its file, under the file's columns."""
    return [_shown(row.get(name)) for name in columns] if isinstance(row, dict) else _as_line(row, columns)


def _as_line(row: bytes, columns: list[str]) -> list[str]:
    return [row.decode("utf-8", "backslashreplace"), *[""] * (len(columns) - 1)][: len(columns)]


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
