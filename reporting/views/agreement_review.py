"""A version before it binds: what strikes, comments by part, sent to review, signed by each party."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from agreements.document.order import SECTIONS
from agreements.forms import SigningForm
from agreements.linting import lint
from agreements.models import VersionComment
from agreements.reviewing import ReviewError, resolve, take_back
from agreements.signing import SigningError, begins_too_early, content_sha256
from people.models import Team
from reporting.noticing.agreements import comment_and_tell, send_and_tell, sign_and_tell
from reporting.showing.agreement_differences import comparison
from reporting.showing.agreement_document import shown_document
from reporting.showing.agreement_pages import AgreementPage
from reporting.showing.agreement_previews import previews
from reporting.showing.agreement_words import part_title

COMMENTED = ("about", *SECTIONS, "commitments", "calendars")


class CommentForm(forms.Form):
    """Something to say about a part."""

    part = forms.ChoiceField(label=gettext_lazy("About"), choices=[(part, part) for part in COMMENTED])
    text = forms.CharField(
        label=gettext_lazy("Your comment"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )


class SignForm(SigningForm):
    """For which party one signs, which words were read, and that they were."""

    read = forms.BooleanField(label=gettext_lazy("I have read this version and sign it for this team."))

    def __init__(self, *args: Any, parties: list[Team], **options: Any) -> None:
        super().__init__(*args, parties=parties, **options)
        party: Any = self.fields["party"]
        party.widget = forms.RadioSelect(choices=party.choices)
        if len(parties) == 1:
            party.initial = parties[0]


@require_safe
@login_required
def agreement_review(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """What to look at before signing: warnings, what the past would have given, comments, who has signed."""
    page = _to_write(request, key, number)
    return _review(request, page, CommentForm())


@require_safe
@login_required
def agreement_previews(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """What the last 90 days would have given; a page of its own because it takes its time."""
    page = _to_write(request, key, number)
    found = previews(page.shown.version, as_of=page.as_of)
    return render(request, "pages/agreement_previews.html", page.context(previews=found))


@login_required
@require_POST
def agreement_send(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Ask all parties to read it."""
    page = _to_write(request, key, number)
    return _do(request, page, send_and_tell, _("All parties read version %(number)d now."))


@login_required
@require_POST
def agreement_take_back(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Make it a draft again."""
    page = _to_write(request, key, number)
    return _do(request, page, take_back, _("Version %(number)d is a draft again."))


@login_required
@require_POST
def agreement_comment(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Say something about a part."""
    page, form = _to_write(request, key, number), CommentForm(request.POST)
    if not form.is_valid():
        return _review(request, page, form, status=422)
    try:
        comment_and_tell(page.shown.version, by=page.user, as_of=page.as_of, **form.cleaned_data)
    except ReviewError as error:
        messages.error(request, str(error))
    return redirect("agreement_review", key, number)


@login_required
@require_POST
def agreement_comment_resolve(request: HttpRequest, key: str, number: int, pk: int) -> HttpResponse:
    """Note that a comment was dealt with."""
    page = _to_write(request, key, number)
    said = get_object_or_404(VersionComment, pk=pk, version=page.shown.version)
    resolve(said, by=page.user, as_of=page.as_of)
    return redirect("agreement_review", key, number)


@login_required
def agreement_sign(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Asks whether it was read; signs on POST."""
    page = AgreementPage(request.user, key, number, as_of=timezone.now())
    parties = page.parties_to_sign_for
    if not parties:
        raise PermissionDenied(_("A manager of a party, or an administrator, signs what is in review."))
    seal = content_sha256(page.shown.version)
    form = SignForm(request.POST or None, parties=parties, initial={"seen": seal})
    if request.method == "POST" and form.is_valid() and _sign(request, page, form):
        return redirect("agreement_version", key, number)
    context = page.context(
        form=form,
        seal=seal,
        document=shown_document(page.shown.version),
        warnings=lint(page.shown.version),
        open_comments=page.shown.version.comments.open().count(),
    )
    status = 422 if request.method == "POST" else 200
    return render(request, "pages/agreement_sign.html", context | {"edits": False}, status=status)


def _sign(request: HttpRequest, page: AgreementPage, form: SignForm) -> bool:
    party = form.cleaned_data["party"]
    try:
        sign_and_tell(
            page.shown.version,
            party=party,
            by=page.user,
            as_of=page.as_of,
            address=request.META.get("REMOTE_ADDR") or None,
            seen=form.cleaned_data["seen"],
        )
    except SigningError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("Signed for %(party)s.") % {"party": party})
    return True


def _review(request: HttpRequest, page: AgreementPage, form: CommentForm, status: int = 200) -> HttpResponse:
    version = page.shown.version
    said = list(version.comments.select_related("author", "resolved_by"))
    context = page.context(
        form=form,
        parts=[
            {"key": part, "title": part_title(part), "comments": [one for one in said if one.part == part]}
            for part in COMMENTED
        ],
        warnings=lint(version),
        comparison=comparison(page.before.version, version) if page.before else None,
        parties_to_sign_for=page.parties_to_sign_for,
        begins_too_early=begins_too_early(version, as_of=page.as_of),
        open_comments=sum(one.resolved_at is None for one in said),
    )
    return render(request, "pages/agreement_review.html", context, status=status)


def _do(request: HttpRequest, page: AgreementPage, act: Any, done: str) -> HttpResponse:
    try:
        act(page.shown.version, by=page.user, as_of=page.as_of)
    except ReviewError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done % {"number": page.shown.number})
    return redirect("agreement_review", page.shown.key, page.shown.number)


def _to_write(request: HttpRequest, key: str, number: int) -> AgreementPage:
    page = AgreementPage(request.user, key, number, as_of=timezone.now())
    if not page.may_write:
        raise PermissionDenied(_("Managers of the parties and administrators can do this."))
    return page
