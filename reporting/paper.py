"""A page as a PDF, where the system can make one (the extra ``pdf`` and Pango)."""

from importlib.util import find_spec

from django.utils.translation import gettext as _


class NoPaperError(RuntimeError):
    """This system makes no PDF; the message says what is missing."""


def makes_paper() -> bool:
    """Whether the extra is installed: a link to what cannot be made helps nobody."""
    return find_spec("weasyprint") is not None


def as_pdf(html: str) -> bytes:
    """A page as a PDF with its style sheets. Raises ``NoPaperError`` where WeasyPrint or Pango is missing."""
    try:
        # Here and not above: it is an extra, and slow to load.
        from reporting.paper_making import made
    except ImportError as error:
        raise NoPaperError(_("WeasyPrint is not installed: install the extra “pdf”.")) from error
    except OSError as error:
        raise NoPaperError(
            _("WeasyPrint is installed, but Pango is not: install your system's package of it.")
        ) from error
    return made(html)
