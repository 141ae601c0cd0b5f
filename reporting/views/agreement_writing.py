"""Agreements to write: a part in its form, the whole as YAML, the next version from the one in force."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.document import DocumentError, read_yaml
from agreements.document.reading import MAX_BYTES
from agreements.drafting import start_new_version
from agreements.dumping import dump
from agreements.editing import EditError, rewrite
from agreements.examples import AGREEMENT
from agreements.forms import NewVersionForm
from agreements.loading import Loaded, load
from agreements.models import Agreement
from agreements.part_editor import EDITABLE, PartEditor
from agreements.rights import may_write, may_write_any, may_write_for
from people.models import Team, User
from reporting.showing.agreement_pages import AgreementPage
from reporting.showing.agreement_words import part_title


class YamlForm(forms.Form):
    """A document pasted, or uploaded as a file."""

    yaml = forms.CharField(
        label=gettext_lazy("YAML"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "class": "code"}),
    )
    file = forms.FileField(label=gettext_lazy("or a file"), required=False)

    def clean(self) -> dict[str, Any]:
        """The text of the file, else what was pasted."""
        given = super().clean() or self.cleaned_data
        upload = given.get("file")
        if upload is not None and upload.size > MAX_BYTES:
            raise ValidationError(_("The file is too large for an agreement."))
        given["text"] = upload.read() if upload else given.get("yaml") or ""
        return given


@login_required
def agreement_edit(request: HttpRequest, key: str, number: int, part: str) -> HttpResponse:
    """One part of a draft in its form, in both languages."""
    page = _to_write(request, key, number)
    if part not in EDITABLE:
        raise Http404(_("This agreement has no such part."))
    if not page.shown.is_open:
        raise PermissionDenied(_("A signed version never changes; start a new one."))
    teams = dict(Team.objects.order_by("slug").values_list("slug", "name"))
    editor = PartEditor(page.shown.version, part, teams, request.POST or None)
    errors = _save_part(request, page, editor) if request.method == "POST" else []
    if request.method == "POST" and errors is None:
        return _after_saving(request, page, part)
    context = page.context(editor=editor, part=part, part_title=part_title(part), errors=errors)
    return render(
        request,
        "pages/agreement_edit.html",
        context,
        status=422 if errors is not None and request.POST else 200,
    )


def _after_saving(request: HttpRequest, page: AgreementPage, part: str) -> HttpResponse:
    if "more" in request.POST:
        return redirect("agreement_edit", page.shown.key, page.shown.number, part)
    answer = redirect("agreement_version", page.shown.key, page.shown.number)
    answer["Location"] += "" if part == "about" else f"#{part}"
    return answer


def _save_part(request: HttpRequest, page: AgreementPage, editor: PartEditor) -> list[str] | None:
    """Store the part; None when it went well, else what belongs to no field."""
    if not editor.is_valid():
        return []
    if request.POST.get("seen") != editor.seen:
        return [_("Somebody changed this part meanwhile. Look at it again before you save.")]
    try:
        loaded = rewrite(page.shown.version, editor.parts(), by=page.user, as_of=page.as_of, seen=editor.held)
    except EditError as error:
        return editor.mark(error.problems)
    except DocumentError as error:
        return list(error.lines)
    _tell(request, loaded)
    return None


@login_required
def agreement_write(request: HttpRequest, key: str) -> HttpResponse:
    """The whole document as YAML: a draft is rewritten, a signed version amended by a new draft."""
    page = AgreementPage(request.user, key, as_of=timezone.now())
    if not page.may_write:
        raise PermissionDenied(_("Managers of the parties and administrators can do this."))
    held = page.agreement.draft or page.agreement.upcoming or page.agreement.current
    initial = {"yaml": dump(held.version)} if held else {}
    return _yaml(request, page.context(title=_("Write as YAML"), held=held), initial, key)


@login_required
def agreement_upload(request: HttpRequest) -> HttpResponse:
    """A new agreement, or an amendment of one, from its YAML."""
    if not may_write_any(request.user, as_of=timezone.now()):
        raise PermissionDenied(_("Managers of teams and administrators can do this."))
    return _yaml(request, {"title": _("Load an agreement"), "example": AGREEMENT}, {}, None)


def _yaml(
    request: HttpRequest, context: dict[str, Any], initial: dict[str, Any], key: str | None
) -> HttpResponse:
    form = YamlForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            loaded = _load(request, form.cleaned_data["text"], key)
        except DocumentError as error:
            form.add_error("yaml", list(error.lines))
        else:
            _tell(request, loaded)
            return redirect("agreement_version", loaded.version.agreement.key, loaded.version.number)
    status = 422 if request.method == "POST" else 200
    return render(request, "pages/agreement_yaml.html", context | {"form": form}, status=status)


def _load(request: HttpRequest, text: str | bytes, key: str | None) -> Loaded:
    """Load a document as far as the person may write it; ``PermissionDenied`` where they may not."""
    now = timezone.now()
    data = read_yaml(text).data
    named = data.get("agreement") if isinstance(data, dict) else None
    if key is not None and named != key:
        raise DocumentError([_("The key stays %(key)s: another agreement is added as one.") % {"key": key}])
    held = Agreement.objects.filter(key=named).first() if isinstance(named, str) else None
    slugs = data.get("parties") if isinstance(data, dict) else None
    parties = [slug for slug in slugs if isinstance(slug, str)] if isinstance(slugs, list) else []
    teams = Team.objects.filter(slug__in=parties).values_list("pk", flat=True)
    if (held and not may_write(held, request.user, as_of=now)) or not may_write_for(
        teams, request.user, as_of=now
    ):
        raise PermissionDenied(_("Managers of the parties and administrators can do this."))
    return load(text, by=cast("User", request.user), as_of=now)


@login_required
def agreement_new_version(request: HttpRequest, key: str) -> HttpResponse:
    """The next version: a draft that says the same from a later date on."""
    page = AgreementPage(request.user, key, as_of=timezone.now())
    signed = page.agreement.upcoming or page.agreement.current
    if not page.may_write or page.agreement.draft or signed is None:
        raise PermissionDenied(_("A new version starts from a signed one, when no draft is there."))
    today = timezone.localdate()
    form = NewVersionForm(request.POST or None, after=max(signed.since, today))
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["effective_from"]
        try:
            loaded = start_new_version(signed.version, effective_from=day, by=page.user, as_of=page.as_of)
        except DocumentError as error:
            form.add_error(None, list(error.lines))
        else:
            _tell(request, loaded)
            return redirect("agreement_version", key, loaded.version.number)
    status = 422 if request.method == "POST" else 200
    return render(
        request, "pages/agreement_new_version.html", page.context(form=form, signed=signed), status=status
    )


def _tell(request: HttpRequest, loaded: Loaded) -> None:
    for line in loaded.difference[:10] or [_("nothing changes")]:
        messages.info(request, line)


def _to_write(request: HttpRequest, key: str, number: int) -> AgreementPage:
    page = AgreementPage(request.user, key, number, as_of=timezone.now())
    if not page.may_write:
        raise PermissionDenied(_("Managers of the parties and administrators can do this."))
    return page
