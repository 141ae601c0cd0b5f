"""Markdown of an agreement as HTML that is safe: no raw HTML, no unsafe links, no pictures from elsewhere."""

from functools import lru_cache
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from markdown_it import MarkdownIt

from agreements.texts import localized

_BELOW = 2  # a part's own heading is an h2: what the text calls # stands below it
_LOWEST = 6


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")


def markdown(value: Any) -> SafeString:
    """A text in the reader's language as HTML; empty for none."""
    reader = _reader()
    tokens = reader.parse(localized(value, get_language() or "en"))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + _BELOW, _LOWEST)}"
    # What the reader writes is escaped text within its own tags: raw HTML is off.
    return mark_safe(reader.renderer.render(tokens, reader.options, {}))  # noqa: S308
