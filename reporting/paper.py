"""A page as a PDF, where the system can make one (the extra ``pdf`` and Pango)."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.translation import gettext as _

BASE = "static://"
"""Whatever a page refers to comes from our own static files: nothing is fetched from anywhere."""


class NoPaperError(RuntimeError):
    """This system makes no PDF; the message says what is missing."""


def as_pdf(html: str) -> bytes:
    """A page as a PDF with its style sheets. Raises ``NoPaperError`` where WeasyPrint or Pango is missing."""
    try:
        # Here and not above: it is an extra, and slow to load.
        from weasyprint import HTML
    except (ImportError, OSError) as error:
        raise NoPaperError(_missing(error)) from error
    return HTML(string=html, base_url=f"{BASE}/", url_fetcher=_fetch).write_pdf()


def _missing(error: Exception) -> str:
    if isinstance(error, ImportError):
        return _("WeasyPrint is not installed: install the extra “pdf”.")
    return _("WeasyPrint is installed, but Pango is not: install your system's package of it.")


def _fetch(url: str, *_args: Any, **_options: Any) -> dict[str, Any]:
    """The content of one of our static files; ``ValueError`` for any other address."""
    address = urlsplit(url).path
    prefix = urlsplit(settings.STATIC_URL).path
    name = address.removeprefix(prefix) if address.startswith(prefix) else None
    path = finders.find(_original(name)) if name else None
    if not path:
        raise ValueError(f"{url} is not one of our static files")
    return {
        "string": Path(path).read_bytes(),
        "mime_type": "text/css" if path.endswith(".css") else "image/svg+xml",
    }


def _original(name: str) -> str:
    """The file's name without the hash that collecting gave it."""
    hashed = getattr(staticfiles_storage, "hashed_files", {})
    return next((original for original, stored in hashed.items() if stored == name), name)
