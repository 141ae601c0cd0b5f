"""The table of permissions as docs/roles.md shows it: `python -m tests.roles.docs` writes it anew."""

import os
from pathlib import Path

from tests.roles.table import Answer, Role

PAGE = Path(__file__).parents[2] / "docs" / "roles.md"
BEGIN, END = "<!-- the table: python -m tests.roles.docs -->", "<!-- end of the table -->"
SIGNS = {Answer.YES: "yes", Answer.NO: "no", Answer.HIDDEN: "not found", Answer.SIGN_IN: "sign in"}
HEAD = ("Page or act", "Nobody", "Rep", "Manager", "Manager of the other party", "Administrator", "Auditor")


def table() -> str:
    """Everything between the marks."""
    from tests.roles.entries import ENDPOINTS, ROOMS  # after Django is set up

    parts = []
    for room, entries in ROOMS.items():
        rows = [
            (_what(one.what, one.method), *(SIGNS[one.expected[role]] for role in Role)) for one in entries
        ]
        parts.append(f"### {room}\n\n{_markdown(HEAD, list(dict.fromkeys(rows)))}")
    rows = [
        (f"`{one.method}` {one.what}", f"`{one.scope}`" if one.scope else "none", _persons(one))
        for one in ENDPOINTS
    ]
    head = ("Endpoint", "Scope of the token", "Signed in through the browser")
    parts.append(f"### API\n\n{_markdown(head, rows)}")
    return "\n\n".join(parts)


def _what(what: str, method: str) -> str:
    return what if method == "GET" else f"*{what}*"


def _persons(one: object) -> str:
    if one.method != "GET":  # type: ignore[attr-defined]
        return "no"
    if one.facts:  # type: ignore[attr-defined]
        return "who sees all names"
    return "their own, those of their team" if one.hidden_from else "yes"  # type: ignore[attr-defined]


def _markdown(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _cell in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def written() -> str:
    """The page as it should be."""
    before, _begin, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _old, _end, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slahub.settings")
    django.setup()
    PAGE.write_text(written(), encoding="utf-8")
