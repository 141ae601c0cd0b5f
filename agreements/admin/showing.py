"""How parts of agreements are shown on admin pages."""

from collections.abc import Iterable
from datetime import date

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


def lines(texts: Iterable[object], otherwise: str) -> SafeString | str:
    """A list of sentences, or what to say when there are none."""
    items = format_html_join("", "<li>{}</li>", ((text,) for text in texts))
    return format_html("<ul>{}</ul>", items) if items else otherwise


def yaml_block(text: str) -> SafeString:
    """YAML as it was written."""
    return format_html("<pre>{}</pre>", text)


def holidays(dates: dict[str, str]) -> SafeString | str:
    """Public holidays with their dates as the reader writes them."""
    shown = (
        _("%(date)s: %(name)s") % {"date": date_format(date.fromisoformat(day), "DATE_FORMAT"), "name": name}
        for day, name in sorted(dates.items())
    )
    return lines(shown, _("none"))
