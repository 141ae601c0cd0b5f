"""WeasyPrint at work; it reads our own static files and fetches nothing from anywhere."""

from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

BASE = "https://files.invalid/"
"""What addresses on a page are relative to; nothing is ever fetched from there."""


class OwnFiles(URLFetcher):
    """Answers with our static files only, whatever a page refers to."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The file of an address; ``ValueError`` for any other address."""
        path = _file_of(urlsplit(url).path) if url.startswith(BASE) else None
        if path is None:
            raise ValueError(f"{url} is not one of our static files")
        return URLFetcherResponse(url, Path(path).read_bytes(), {"Content-Type": _type_of(path)})


def made(html: str) -> bytes:
    """The page as a PDF."""
    document = HTML(string=html, base_url=BASE, url_fetcher=OwnFiles())
    content: bytes = document.write_pdf()
    return content


def _file_of(address: str) -> str | None:
    prefix = urlsplit(settings.STATIC_URL).path
    if not address.startswith(prefix):
        return None
    found = finders.find(_original(address.removeprefix(prefix)))
    return found if isinstance(found, str) else None


def _original(name: str) -> str:
    """The file's name without the hash that collecting gave it."""
    hashed: dict[str, str] = getattr(staticfiles_storage, "hashed_files", {})
    return next((original for original, stored in hashed.items() if stored == name), name)


def _type_of(path: str) -> str:
    return "text/css" if path.endswith(".css") else "image/svg+xml"
