"""Being away and being covered: one's own, and for managers their people's; handing over who is gone."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from core.problems import Problem
from people.absences import bounds_of, change, end, take
from people.colleagues import absences_visible_to, may_look_after, people_of
from people.enums import AbsenceKind
from people.models import Absence, User, WorkingHours
from reporting.handing_over import estates, gone, hand_everything_over
from reporting.showing import absences as showing
from reporting.showing.paging import page_of
from reporting.showing.reader import Reader

#: Which field of the form a use case's field is shown at.
FIELDS = {"from": "first_day", "until": "last_day", "cover": "cover", "to": "cover"}
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AbsenceForm(forms.Form):
    """Whole days where the person lives; a cover is named by e-mail address, proposed from the team."""

    first_day = forms.DateField(label=gettext_lazy("First day away"), widget=DAY)
    last_day = forms.DateField(label=gettext_lazy("Last day away"), widget=DAY, required=False)
    cover = forms.EmailField(
        label=gettext_lazy("Cover (e-mail address)"),
        required=False,
        widget=forms.EmailInput(attrs={"list": "covers", "autocomplete": "off"}),
        help_text=gettext_lazy("Receives the mails, acts, and counts as the owner meanwhile."),
    )
    left = forms.BooleanField(
        label=gettext_lazy("Leaves for good: the cover takes everything over"), required=False
    )

    def __init__(self, *args: Any, may_leave: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_leave:
            del self.fields["left"]

    def clean(self) -> dict[str, Any]:
        """A last day, unless the person leaves; not before the first."""
        given = super().clean() or self.cleaned_data
        first, last, left = given.get("first_day"), given.get("last_day"), given.get("left")
        if left:
            given["last_day"] = None
        elif first and not last and "last_day" not in self.errors:
            self.add_error("last_day", _("Say until when; the last day away is included."))
        elif first and last and last < first:
            self.add_error("last_day", _("Lies before the first day; choose a later one."))
        return given

    def clean_cover(self) -> User | None:
        """The person with this address."""
        return _somebody(self.cleaned_data["cover"])


class CoverForm(forms.Form):
    """Who takes over."""

    cover = forms.EmailField(
        label=gettext_lazy("Who takes over (e-mail address)"),
        required=False,
        widget=forms.EmailInput(attrs={"list": "covers", "autocomplete": "off"}),
        help_text=gettext_lazy("Empty: nobody yet. It is then unassigned, first on the manager's list."),
    )

    def clean_cover(self) -> User | None:
        """The person with this address."""
        return _somebody(self.cleaned_data["cover"])


@require_safe
@login_required
def people(request: HttpRequest) -> HttpResponse:
    """The reader's own absences and covers; for managers their people and what is to be handed over."""
    reader = Reader(request.user, as_of=timezone.now())
    user: Any = request.user
    context = _about(user, reader, AbsenceForm(initial=_today(user, reader)))
    context |= {"covering": showing.covering(reader), "to_hand_over": showing.to_hand_over(reader)}
    if reader.sight.is_admin or reader.sight.is_auditor or reader.sight.managed_team_ids:
        page = page_of(_looked_after(reader), request, keyset=("email", "id"))
        context |= {"newer": page.newer, "older": page.older, "manages": True}
        context["colleagues"] = showing.colleagues(page.rows, reader.sight)
    return render(request, "pages/people.html", context)


@require_safe
@login_required
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person to those who look after them: absences, covers, hours, what they have open."""
    reader = Reader(request.user, as_of=timezone.now())
    user = _person(reader, pk)
    form = AbsenceForm(initial=_today(user, reader), may_leave=_may_leave(reader, user))
    return _show_person(request, reader, user, form, CoverForm())


@login_required
@require_POST
def absence_take(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter an absence."""
    reader = Reader(request.user, as_of=timezone.now())
    user = _to_enter_for(reader, pk)
    form = AbsenceForm(request.POST, may_leave=_may_leave(reader, user))
    if form.is_valid() and _tried(form, lambda: _take(form, user, reader)):
        messages.success(
            request, _("Entered. What it changes about promises is judged again within moments.")
        )
        return _back(reader, user)
    return _show_person(request, reader, user, form, CoverForm(), status=422)


@login_required
@require_POST
def absence_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an absence another cover."""
    reader = Reader(request.user, as_of=timezone.now())
    absence = _absence(reader, pk)
    form = CoverForm(request.POST)
    during = bounds_of(absence)
    if form.is_valid() and _tried(
        form,
        lambda: change(
            absence, during=during, cover=form.cleaned_data["cover"], by=reader.user, as_of=reader.as_of
        ),
    ):
        messages.success(request, _("The cover is changed."))
    else:
        messages.error(
            request,
            _("Choose somebody else.")
            if "cover" not in form.errors
            else " ".join(map(str, form.errors["cover"])),
        )
    return _back(reader, absence.user)


@login_required
@require_POST
def absence_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Back now; an absence that lies ahead is taken away."""
    reader = Reader(request.user, as_of=timezone.now())
    absence = _absence(reader, pk)
    left = end(absence, by=reader.user, as_of=reader.as_of)
    messages.success(request, _("Taken away.") if left is None else _("Ended: it lasts until now."))
    return _back(reader, absence.user)


@login_required
@require_POST
def person_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that somebody has open becomes another's, in one step."""
    reader = Reader(request.user, as_of=timezone.now())
    user = _person(reader, pk)
    if not _may_leave(reader, user):
        raise PermissionDenied(_("Only their manager or an administrator can do this."))
    form = CoverForm(request.POST)
    if form.is_valid() and _tried(form, lambda: _hand_over(request, form, user, reader)):
        return redirect("people")
    return _show_person(request, reader, user, AbsenceForm(may_leave=True), form, status=422)


def _hand_over(request: HttpRequest, form: CoverForm, user: User, reader: Reader) -> None:
    to = form.cleaned_data["cover"]
    handed = hand_everything_over(user, to=to, by=reader.user, as_of=reader.as_of)
    clocks = ngettext("%(n)d open clock", "%(n)d open clocks", handed.open_clocks) % {"n": handed.open_clocks}
    rows = ngettext("%(n)d exception", "%(n)d exceptions", handed.breaches) % {"n": handed.breaches}
    said = {"clocks": clocks, "exceptions": rows, "who": to or _("nobody yet")}
    messages.success(request, _("Handed over to %(who)s: %(clocks)s, %(exceptions)s.") % said)


def _take(form: AbsenceForm, user: User, reader: Reader) -> None:
    given = form.cleaned_data
    last: date | None = given["last_day"]
    take(
        user,
        during=(
            showing.day_start(given["first_day"], user),
            None if last is None else showing.day_start(last + timedelta(days=1), user),
        ),
        cover=given["cover"],
        by=reader.user,
        as_of=reader.as_of,
        kind=AbsenceKind.LEFT if given.get("left") else AbsenceKind.AWAY,
    )


def _tried(form: forms.Form, act: Callable[[], Any]) -> bool:
    """Whether the act was done; what it refuses is shown at the field."""
    try:
        act()
    except Problem as problem:
        for error in problem.errors or [{"field": "", "message": str(problem.detail)}]:
            field = FIELDS.get(error["field"])
            form.add_error(field if field in form.fields else None, error["message"])
        return False
    return True


def _show_person(
    request: HttpRequest, reader: Reader, user: User, form: AbsenceForm, over: CoverForm, status: int = 200
) -> HttpResponse:
    context = _about(user, reader, form) | {
        "person": user,
        "is_self": user.pk == reader.user.pk,
        "over_form": over,
        "estate": next(iter(estates([user])), None),
        "is_gone": gone(as_of=reader.as_of).filter(pk=user.pk).exists(),
        "may_hand_over": _may_leave(reader, user),
    }
    return render(request, "pages/person.html", context, status=status)


def _about(user: User, reader: Reader, form: AbsenceForm) -> dict[str, Any]:
    return {
        "of": user,
        "form": form,
        "absences": showing.absences_of(user, as_of=reader.as_of),
        "covers": showing.covers_for(user, reader.sight),
        "hours": WorkingHours.objects.filter(user=user).first(),
        "may_enter": showing.may_enter(reader, user),
    }


def _today(user: User, reader: Reader) -> dict[str, date]:
    return {"first_day": showing.today_of(user, reader.as_of)}


def _looked_after(reader: Reader) -> Any:
    if reader.sight.is_admin or reader.sight.is_auditor:
        return User.objects.filter(is_active=True)
    return people_of(reader.sight.managed_team_ids, reader.as_of)


def _person(reader: Reader, pk: int) -> User:
    """Somebody whom the reader may look at: themselves, their people; 404 for all others."""
    user = get_object_or_404(User, pk=pk)
    sees = reader.sight.is_auditor or user.pk == reader.user.pk or may_look_after(reader.sight, user)
    if not sees:
        raise Http404
    return user


def _to_enter_for(reader: Reader, pk: int) -> User:
    user = _person(reader, pk)
    if not showing.may_enter(reader, user):
        raise PermissionDenied(_("Only they, their manager or an administrator can do this."))
    return user


def _absence(reader: Reader, pk: int) -> Absence:
    """An absence that the reader may change. Who covers sees it and does not."""
    absence = get_object_or_404(absences_visible_to(reader.user, as_of=reader.as_of), pk=pk)
    if not showing.may_enter(reader, absence.user):
        raise PermissionDenied(_("Only they, their manager or an administrator can do this."))
    return absence


def _may_leave(reader: Reader, user: User) -> bool:
    """Nobody hands themselves over: their manager does, or an administrator."""
    own = user.pk == reader.user.pk
    return not own and not reader.sight.changes_nothing and may_look_after(reader.sight, user)


def _back(reader: Reader, user: User) -> HttpResponse:
    return redirect("people") if user.pk == reader.user.pk else redirect("person", user.pk)


def _somebody(email: str) -> User | None:
    if not email:
        return None
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise forms.ValidationError(_("Nobody here has this address; choose one from the list."))
    return user
