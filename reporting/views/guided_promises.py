"""The promises of a draft: picked from the catalogue, adapted in a form that fits, looked at, saved."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreements.beginning import free_key
from agreements.catalogue import by_key, picked
from agreements.document import DocumentError, read_yaml
from agreements.drafting import remove_commitment, save_commitment
from agreements.enums import Kind
from agreements.examples import TERMS
from agreements.forms import KindForm, PromiseForm, YamlForm
from agreements.forms.promises import named_beside
from agreements.models import AgreementVersion, Commitment
from agreements.promises import promise_of
from agreements.proposals import propose
from people.models import Team, User
from reporting.showing.agreement_pages import AgreementPage
from reporting.showing.catalogue import shown_by_side, shown_entry
from reporting.showing.looks import look_at
from reporting.showing.promises import title_of

OWN = "own-"
"""Before a kind: a promise that starts from an example of that kind."""


@login_required
@require_safe
def promise_catalogue(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """The catalogue, to pick from, and the kinds, to write one's own."""
    page = _to_write(request, key, number)
    held = set(page.shown.version.commitments.values_list("key", flat=True))
    kinds = [(f"{OWN}{kind.value}", question) for kind, question in _questions().items()]
    context = page.context(sides=shown_by_side(held=held), kinds=kinds)
    return render(request, "pages/guided_catalogue.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def promise_new(request: HttpRequest, key: str, number: int, start: str) -> HttpResponse:
    """A promise of the catalogue or of one's own, in a form; saved on POST."""
    page = _to_write(request, key, number)
    entry = by_key(start)
    commitment = _picked(page.shown.version, start)
    return _form(request, page, commitment, entry=shown_entry(entry) if entry else None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def promise_edit(request: HttpRequest, key: str, number: int, commitment: str) -> HttpResponse:
    """A promise of the draft, in a form; saved on POST."""
    page = _to_write(request, key, number)
    held = _held(page, commitment)
    entry = by_key(held.key)
    return _form(request, page, held, entry=shown_entry(entry) if entry else None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def promise_remove(request: HttpRequest, key: str, number: int, commitment: str) -> HttpResponse:
    """Asks whether the promise shall be taken out, and does so on POST."""
    page = _to_write(request, key, number)
    held = _held(page, commitment)
    title = title_of(promise_of(held))
    beside = named_beside(held)
    errors: tuple[str, ...] = ()
    if request.method == "POST" and not beside:
        try:
            remove_commitment(held, by=cast("User", request.user), as_of=page.as_of)
        except DocumentError as error:
            errors = error.lines
        else:
            messages.success(request, _("“%(title)s” is taken out of the draft.") % {"title": title})
            return redirect("agreement_version", key, number)
    context = page.context(title=title, beside=beside, errors=errors)
    return render(request, "pages/guided_remove.html", context, status=422 if errors else 200)


def _form(request: HttpRequest, page: AgreementPage, commitment: Commitment, *, entry: Any) -> HttpResponse:
    as_yaml = request.GET.get("as") == "yaml"
    form_class = YamlForm if as_yaml else KindForm
    form = form_class(request.POST or None, commitment=commitment)
    saves = request.method == "POST" and "look" not in request.POST
    if saves and form.is_valid() and (answer := _save(request, page, form)):
        return answer
    context = page.context(form=form, entry=entry, as_yaml=as_yaml, is_new=commitment.pk is None)
    if "look" in request.POST:
        context |= _look(form, page)
        if getattr(request, "htmx", False):
            return render(request, "parts/guided_look.html", context)
    return render(request, "pages/guided_promise.html", context, status=422 if saves else 200)


def _look(form: PromiseForm, page: AgreementPage) -> dict[str, Any]:
    """What the promise as it is written now means; nothing where it cannot be read."""
    if not form.is_valid():
        return {"look": None, "is_unreadable": True}
    commitment = _filled(form)
    try:
        proposal = propose(commitment, calendar=commitment.terms.get("calendar"), as_of=page.as_of)
    except DocumentError as error:
        form.add_error(None, list(error.lines))
        return {"look": None, "is_unreadable": True}
    return {"look": look_at(proposal, as_of=page.as_of)}


def _save(request: HttpRequest, page: AgreementPage, form: PromiseForm) -> HttpResponse | None:
    """Save it and go back to the draft; None, with what is wrong in the form, where that cannot be."""
    commitment = _filled(form)
    by = cast("User", request.user)
    try:
        save_commitment(commitment, calendar=commitment.terms.get("calendar"), by=by, as_of=page.as_of)
    except DocumentError as error:
        form.add_error(None, list(error.lines))
        return None
    version = page.shown.version
    proposal = propose(commitment, calendar=commitment.terms.get("calendar"), as_of=page.as_of)
    messages.success(request, _("“%(title)s” is saved.") % {"title": title_of(proposal.promise)})
    for warning in proposal.warnings:
        messages.warning(request, str(warning))
    if opposite := _opposite_left_out(commitment):
        messages.info(
            request, _("It goes with “%(title)s”, which this agreement does not have.") % {"title": opposite}
        )
    answer = redirect("agreement_version", version.agreement.key, version.number)
    answer["Location"] += f"#promise-{commitment.key}"
    return answer


def _opposite_left_out(commitment: Commitment) -> str | None:
    """What the catalogue sees this promise beside, where the agreement has it not."""
    entry = by_key(commitment.key)
    opposite = by_key(entry.opposite or "") if entry else None
    if opposite is None or commitment.version.commitments.filter(key=opposite.key).exists():
        return None
    return shown_entry(opposite).title


def _filled(form: PromiseForm) -> Commitment:
    """The commitment with what the form says; only of a valid form."""
    given, commitment = form.cleaned_data, form.commitment
    commitment.key = given["key"]
    commitment.owner = given["owner"]
    commitment.terms = given["terms"]
    return commitment


def _picked(version: AgreementVersion, start: str) -> Commitment:
    """A new commitment of the draft that starts from the catalogue, or from an example of a kind."""
    if entry := by_key(start):
        written = picked(entry, owner="", effective_from=version.effective_from)
        terms = {name: value for name, value in written.items() if name not in ("key", "owner", "kind")}
        owner = _team_of(version, entry.side)
        key = free_key(entry.key, version.agreement.key)
        return Commitment(version=version, key=key, kind=entry.kind, owner=owner, terms=terms)
    kind = start.removeprefix(OWN)
    if not start.startswith(OWN) or kind not in list(Kind):
        raise Http404(_("The catalogue has no such promise."))
    terms = read_yaml(TERMS[Kind(kind)]).data
    return Commitment(version=version, kind=kind, owner=_team_of(version, "sales"), terms=terms)


def _team_of(version: AgreementVersion, side: str) -> Team | None:
    """The party of a side, else the first one."""
    slugs = version.document.get("parties", ())
    teams = {team.slug: team for team in Team.objects.filter(slug__in=slugs)}
    parties = [teams[slug] for slug in slugs if slug in teams]
    return next((team for team in parties if team.side == side), next(iter(parties), None))


def _held(page: AgreementPage, key: str) -> Commitment:
    rows: Any = page.shown.version.commitments.select_related("version__agreement", "owner", "calendar")
    held: Commitment | None = rows.filter(key=key).first()
    if held is None:
        raise Http404(_("This version has no promise of this key."))
    return held


def _to_write(request: HttpRequest, key: str, number: int) -> AgreementPage:
    page = AgreementPage(request.user, key, number, as_of=timezone.now())
    if not page.may_write:
        raise PermissionDenied(_("Managers of the parties and administrators can do this."))
    if not page.shown.is_open:
        raise PermissionDenied(_("A signed version never changes; start a new one."))
    return page


def _questions() -> dict[Kind, str]:
    return {
        Kind.RESPONSE: _("Did something follow in time? A response"),
        Kind.CHECKLIST: _("Were all steps done in time? A checklist"),
        Kind.RATE: _("What share has what it should have? A rate"),
        Kind.VOLUME: _("How many in a period? A volume"),
        Kind.COVERAGE: _("Was somebody there during the hours? Coverage"),
    }
