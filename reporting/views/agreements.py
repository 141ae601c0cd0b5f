"""Agreements to read: the list, one with its history, any version as a document, on paper, as YAML."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements.dumping import dump
from agreements.models import Agreement
from agreements.rights import may_write_any
from reporting.paper import NoPaperError, as_pdf
from reporting.showing.agreement_differences import comparison
from reporting.showing.agreement_document import shown_document
from reporting.showing.agreement_live import live_reporting
from reporting.showing.agreement_pages import AgreementPage
from reporting.showing.agreements import shown_agreements


@require_safe
@login_required
def agreements(request: HttpRequest) -> HttpResponse:
    """The agreements of the reader's teams."""
    now = timezone.now()
    visible = Agreement.objects.visible_to(request.user, as_of=now)
    context = {
        "agreements": shown_agreements(visible, as_of=now),
        "may_write": may_write_any(request.user, as_of=now),
    }
    return render(request, "pages/agreements.html", context)


@require_safe
@login_required
def agreement(request: HttpRequest, key: str) -> HttpResponse:
    """What the agreement says now, and its versions."""
    return _document(request, AgreementPage(request.user, key, as_of=timezone.now()), is_front=True)


@require_safe
@login_required
def agreement_version(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """The whole document of one version."""
    return _document(request, AgreementPage(request.user, key, number, as_of=timezone.now()))


def _document(request: HttpRequest, page: AgreementPage, *, is_front: bool = False) -> HttpResponse:
    live = live_reporting(request.user, as_of=page.as_of)
    context = page.context(document=shown_document(page.shown.version), is_front=is_front, live=live)
    return render(request, "pages/agreement_version.html", context)


@require_safe
@login_required
def agreement_print(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """The document alone, laid out for paper, in the reader's language or the one asked for."""
    with translation.override(_language(request)):
        page = AgreementPage(request.user, key, number, as_of=timezone.now())
        return render(request, "pages/agreement_print.html", _on_paper(page))


@require_safe
@login_required
def agreement_pdf(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """The same as a PDF, where the system can make one; a page that says how where it cannot."""
    with translation.override(_language(request)):
        page = AgreementPage(request.user, key, number, as_of=timezone.now())
        html = render_to_string("pages/agreement_print.html", _on_paper(page) | {"for_pdf": True}, request)
        try:
            content = as_pdf(html)
        except NoPaperError as error:
            context = page.context(why=str(error))
            return render(request, "pages/agreement_no_pdf.html", context, status=501)
    return _file(content, f"{key}-v{number}.pdf", "application/pdf")


@require_safe
@login_required
def agreement_yaml(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """The version as the YAML that loads it."""
    page = AgreementPage(request.user, key, number, as_of=timezone.now())
    return _file(dump(page.shown.version), f"{key}-v{number}.yaml", "application/yaml; charset=utf-8")


@require_safe
@login_required
def agreement_diff(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """What the version changes against the one before it, or against the one asked for."""
    page = AgreementPage(request.user, key, number, as_of=timezone.now())
    against = request.GET.get("against", "")
    before = (
        page.agreement.numbered(int(against)) if against.isdecimal() and len(against) < 9 else page.before
    )
    if before is None:
        raise Http404(_("There is no version to compare this one with."))
    others = [version for version in page.agreement.versions if version.number != number]
    compared = comparison(before.version, page.shown.version)
    context = page.context(comparison=compared, others=others) | {"before": before}
    return render(request, "pages/agreement_diff.html", context)


def _on_paper(page: AgreementPage) -> dict[str, Any]:
    return page.context(document=shown_document(page.shown.version)) | {"edits": False}


def _language(request: HttpRequest) -> str:
    wanted = request.GET.get("language", "")
    return wanted if wanted in ("en", "fr") else translation.get_language() or "en"


def _file(content: str | bytes, name: str, content_type: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)
