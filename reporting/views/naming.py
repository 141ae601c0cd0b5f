"""Whether individuals are named, what everybody was told about it, and who looked at names."""

from datetime import date
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.informing import change_rule, confirm_reading
from people.models import NameAccess, NamingPolicy, User
from people.naming import current_policy
from people.own_affairs import own_affair
from people.visibility import Sight
from reporting.csv_export import csv_response
from reporting.showing import naming as showing
from reporting.showing.paging import page_of

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
MOST_EXPORTED = 10_000


class RuleForm(forms.Form):
    """The rule; the notice has one field for each language of the interface."""

    individuals = forms.BooleanField(
        label=gettext_lazy("Name individuals to the teams of their agreements"),
        required=False,
        help_text=gettext_lazy("Without it they see teams only; managers see the names of their own team."),
    )
    consulted_on = forms.DateField(
        label=gettext_lazy("Staff representatives consulted on"),
        required=False,
        widget=DAY,
        help_text=gettext_lazy(
            "Where the law asks for it. In France the works council (CSE) is consulted first: article "
            "L2312-38 of the Labour Code."
        ),
    )
    informed_on = forms.DateField(
        label=gettext_lazy("Everybody was informed on"),
        required=False,
        widget=DAY,
        help_text=gettext_lazy(
            "Names are shown for what happens from that day on, never for the time before."
        ),
    )
    months_kept = forms.IntegerField(
        label=gettext_lazy("Months for which names are shown"),
        min_value=1,
        max_value=120,
        help_text=gettext_lazy("Older rows show teams only, and the list of who looked forgets older looks."),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for language, label in settings.LANGUAGES:
            self.fields[f"notice_{language}"] = forms.CharField(
                label=_("Notice (%(language)s)") % {"language": _(str(label))},
                required=False,
                max_length=10_000,
                widget=forms.Textarea(attrs={"rows": 8, "lang": language}),
            )

    def clean(self) -> dict[str, Any]:
        """Nobody is named before they were told."""
        given = super().clean() or self.cleaned_data
        if given.get("individuals"):
            self._ask_for_informing(given)
        return given

    def _ask_for_informing(self, given: dict[str, Any]) -> None:
        if not any(self.notice().values()):
            self.add_error("notice_en", _("Write the notice first: nobody is named before they were told."))
        if given.get("informed_on") is None and "informed_on" not in self.errors:
            self.add_error("informed_on", _("Say on which day everybody was informed."))
        consulted, informed = given.get("consulted_on"), given.get("informed_on")
        if consulted and informed and consulted > informed:
            self.add_error("consulted_on", _("They are consulted before everybody is informed."))

    def notice(self) -> dict[str, str]:
        """The text by language."""
        return {
            code: self.cleaned_data.get(f"notice_{code}", "").strip() for code, _label in settings.LANGUAGES
        }


class LookFilter(forms.Form):
    """Which looks are listed."""

    reader = forms.CharField(label=gettext_lazy("Reader (e-mail address)"), required=False, max_length=254)
    since = forms.DateField(label=gettext_lazy("From"), required=False, widget=DAY)
    until = forms.DateField(label=gettext_lazy("Until"), required=False, widget=DAY)


@require_safe
@login_required
def names(request: HttpRequest) -> HttpResponse:
    """Who sees whose name here, and the notice."""
    now, rule, reader = timezone.now(), current_policy(), cast("User", request.user)
    sight = Sight(reader, as_of=now)
    context = {
        "rule": showing.rule_for(rule, reader, as_of=now),
        "may_edit": sight.is_admin,
        "may_look": _may_look(sight),
        "readers": showing.readers_of(rule) if rule.notice and _may_look(sight) else None,
    }
    return render(request, "pages/names.html", context)


@own_affair
@require_POST
@login_required
def names_read(request: HttpRequest) -> HttpResponse:
    """The reader confirms having read the notice, in the words that their page showed."""
    user = cast("User", request.user)
    if confirm_reading(user, seal=request.POST.get("seal", ""), as_of=timezone.now()):
        messages.success(request, _("Noted: you have read the notice."))
    else:
        messages.error(request, _("The notice has other words by now: please read it again."))
    return redirect("names")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def names_edit(request: HttpRequest) -> HttpResponse:
    """The rule and its notice, for administrators."""
    now = timezone.now()
    if not Sight(request.user, as_of=now).is_admin:
        raise PermissionDenied(_("Only an administrator changes the rule about names."))
    form = RuleForm(request.POST or None, initial=_initial(current_policy()))
    if request.method == "POST" and form.is_valid():
        columns = ("individuals", "consulted_on", "informed_on", "months_kept")
        given = {name: form.cleaned_data[name] for name in columns}
        change_rule(**given, notice=form.notice(), by=cast("User", request.user), as_of=now)
        messages.success(request, _("The rule is stored."))
        return redirect("names")
    return render(request, "pages/names_edit.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@login_required
def name_looks(request: HttpRequest) -> HttpResponse:
    """The access log, newest first, for administrators and auditors."""
    found, form = _looks(request)
    page = page_of(found, request, keyset=("-day", "-id"))
    context = {"looks": showing.looks(page.rows), "form": form, "query": request.GET.urlencode()}
    return render(request, "pages/name_looks.html", context | {"newer": page.newer, "older": page.older})


@require_safe
@login_required
def name_looks_csv(request: HttpRequest) -> HttpResponse:
    """The same as a file."""
    found, _form = _looks(request)
    rows = showing.looks(found.order_by("-day", "-id")[:MOST_EXPORTED])
    header = ["day", "reader", "page", "team", "times", "first_at"]
    cells = ([one.day, one.reader, one.page, one.team, one.times, one.first_at.isoformat()] for one in rows)
    return csv_response("names", header, cells)


def _may_look(sight: Sight) -> bool:
    return sight.is_admin or bool(sight.user.is_auditor)


def _looks(request: HttpRequest) -> tuple[QuerySet[NameAccess], LookFilter]:
    if not _may_look(Sight(request.user, as_of=timezone.now())):
        raise PermissionDenied(_("Only administrators and auditors read who looked at names."))
    form = LookFilter(request.GET or None)
    found = NameAccess.objects.select_related("reader", "team")
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    if given.get("reader"):
        found = found.filter(reader__email__iexact=given["reader"].strip())
    return found.filter(
        day__gte=given.get("since") or date.min, day__lte=given.get("until") or date.max
    ), form


def _initial(rule: NamingPolicy) -> dict[str, Any]:
    texts = rule.notice or showing.suggested_notice()
    columns = ("individuals", "consulted_on", "informed_on", "months_kept")
    return {name: getattr(rule, name) for name in columns} | {
        f"notice_{language}": text for language, text in texts.items()
    }
