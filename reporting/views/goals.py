"""Goals with how they stand, and the figures that no CRM holds: entered by hand or from a file."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from leads.figures import BY_HAND, MOST_ROWS, Entered, Stored, read_entries, store
from leads.importing.files import UnreadableFile, table_of
from leads.models import Counting, Figure, FigureSeries
from measurement.goal_figures import goals_now
from people.visibility import Sight
from reporting.showing.goals import shown_goals
from reporting.showing.paging import page_of

LARGEST = 1_000_000


class FigureForm(forms.Form):
    """One figure."""

    series = forms.SlugField(
        label=gettext_lazy("Series"), max_length=64, help_text=gettext_lazy("Such as visits or subscribers.")
    )
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    value = forms.DecimalField(label=gettext_lazy("Value"), max_digits=19, decimal_places=4)
    counting = forms.ChoiceField(label=gettext_lazy("Figures of a new series"), choices=Counting.choices)


class FileForm(forms.Form):
    """A file with the columns series, day and value; ``text`` brings it back after the preview."""

    file = forms.FileField(label=gettext_lazy("CSV file"), required=False)
    text = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
    name = forms.CharField(required=False, widget=forms.HiddenInput, max_length=200)
    counting = forms.ChoiceField(label=gettext_lazy("Figures of a new series"), choices=Counting.choices)

    def clean(self) -> dict[str, Any]:
        """The text of the file, whether it came as a file or back from the preview."""
        given = super().clean() or self.cleaned_data
        upload = given.get("file")
        if upload is not None:
            if upload.size > LARGEST:
                raise forms.ValidationError(_("The file is larger than 1 MB."), code="too_large")
            given["name"] = upload.name
            given["text"] = upload.read().decode("utf-8-sig", "replace")
        if not given.get("text") or len(given["text"]) > LARGEST:
            raise forms.ValidationError(_("Choose a file."), code="required")
        return given


@require_safe
@login_required
def goals(request: HttpRequest) -> HttpResponse:
    """The goals of the agreements in force."""
    now = timezone.now()
    return render(request, "pages/goals.html", {"parts": shown_goals(goals_now(as_of=now))})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def figures(request: HttpRequest) -> HttpResponse:
    """The figures of each series, and the two ways of entering more."""
    now = timezone.now()
    may_enter = _may_enter(request, now)
    if request.method == "POST":
        if not may_enter:
            raise PermissionDenied(_("Only members of a team can enter figures."))
        return _entered_by_hand(request, now) if "day" in request.POST else _from_file(request, now)
    return _show(request, now, FigureForm(initial={"series": request.GET.get("series", "")}), FileForm())


def _entered_by_hand(request: HttpRequest, now: Any) -> HttpResponse:
    form = FigureForm(request.POST)
    if not form.is_valid():
        return _show(request, now, form, FileForm(), status=422)
    given = form.cleaned_data
    row = {"series": given["series"], "day": given["day"].isoformat(), "value": str(given["value"])}
    found = read_entries([row], lines=[1])
    if found.errors:
        form.add_error("value", found.errors[0].message)
        return _show(request, now, form, FileForm(), status=422)
    stored = store(
        found.entries, by=request.user, source=BY_HAND, counting=Counting(given["counting"]), as_of=now
    )
    messages.success(request, _told(stored))
    return redirect(f"{reverse('figures')}?series={given['series']}")


def _from_file(request: HttpRequest, now: Any) -> HttpResponse:
    """First the preview with what is wrong line by line, then the good lines are stored."""
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, now, FigureForm(), form, status=422)
    given = form.cleaned_data
    try:
        found = _read(given["text"])
    except UnreadableFile as error:
        form.add_error("file", _("The file cannot be read: %(why)s") % {"why": error})
        return _show(request, now, FigureForm(), form, status=422)
    if "confirm" in request.POST:
        counting = Counting(given["counting"])
        stored = store(found.entries, by=request.user, source=given["name"], counting=counting, as_of=now)
        messages.success(request, _told(stored))
        return redirect("figures")
    return _show(request, now, FigureForm(), FileForm(initial=given), preview=found, name=given["name"])


def _read(text: str) -> Entered:
    table = table_of(text.encode())
    if len(table.rows) > MOST_ROWS:
        raise UnreadableFile(_("it has more than %(n)d lines") % {"n": MOST_ROWS})
    rows = [row for row in table.rows if isinstance(row, dict)]
    return read_entries(rows, lines=table.lines)


def _show(
    request: HttpRequest, now: Any, one: Any, many: Any, *, status: int = 200, **more: Any
) -> HttpResponse:
    series = request.GET.get("series", "")
    held = Figure.objects.current().select_related("entered_by")
    page = page_of(held.of(series) if series else held, request, keyset=("-day", "-id"))
    context = {
        "form": one,
        "file_form": many,
        "may_enter": _may_enter(request, now),
        "may_name": Sight.of(request.user, as_of=now).is_admin,
        "series": series,
        "all_series": FigureSeries.objects.all(),
        "figures": page.rows,
        "newer": page.newer,
        "older": page.older,
        **more,
    }
    return render(request, "pages/figures.html", context, status=status)


def _may_enter(request: HttpRequest, now: Any) -> bool:
    sight = Sight.of(request.user, as_of=now)
    if sight.changes_nothing:
        return False
    return sight.is_admin or bool(sight.team_ids) or request.user.has_perm("leads.add_figure")


def _told(stored: Stored) -> str:
    counts = {"created": stored.created, "corrected": stored.corrected, "unchanged": stored.unchanged}
    return _("Stored: %(created)d new, %(corrected)d corrected, %(unchanged)d as before.") % counts
