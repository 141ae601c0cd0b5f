"""One commitment: how it is kept over time and by whom, what was agreed, what opposes it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agreements.models import Commitment
from agreements.pairs import opposite_of, pairs
from agreements.terms.values import Promise
from measurement.baselines import EmptyBaselineError, NoBaselineError, pin, unpin
from reporting.models import Breach
from reporting.showing.by_kind import figures_of
from reporting.showing.cards import cards
from reporting.showing.heat_maps import heat_map_of
from reporting.showing.items import exception_items
from reporting.showing.offsets import page_number, page_queries
from reporting.showing.promises import in_full, title_of
from reporting.showing.reader import Reader
from reporting.showing.rule_health import rule_health_of

SHOWN = 5
GROUPS_A_PAGE = 50


@require_safe
@login_required
def commitment(request: HttpRequest, key: str) -> HttpResponse:
    """The page of a signed commitment, in its latest wording."""
    reader = Reader(request.user, as_of=timezone.now())
    promise = _promise(key, reader)
    context = {
        "card": cards([promise], reader)[0],
        "promise": promise,
        "terms": in_full(promise),
        "now": reader.as_of,
        "opposite": _opposite(promise, reader),
        "exceptions": _exceptions(promise, reader),
        "rule": rule_health_of(promise, reader),
        "sees_rows": reader.sight.sees_names_of(promise.team_id),
        **figures_of(promise, reader),
    }
    return render(request, "pages/commitment.html", context)


@require_safe
@login_required
def buying_groups(request: HttpRequest, key: str) -> HttpResponse:
    """Accounts × roles of a promise about contacts: all of its accounts, page by page."""
    reader = Reader(request.user, as_of=timezone.now())
    promise = _promise(key, reader)
    number = page_number(request)
    last = number * GROUPS_A_PAGE
    found = heat_map_of(promise, reader.as_of, first=last - GROUPS_A_PAGE, last=last)
    if found is None:
        raise Http404(_("This commitment is not about contacts or accounts."))
    if not found.rows and number > 1:
        raise Http404(_("There is no such page."))
    context = {
        "card": cards([promise], reader)[0],
        "heat_map": found,
        "rows": found.rows,
        **page_queries(request, number, more=found.accounts > last),
    }
    return render(request, "pages/buying_groups.html", context)


@login_required
@require_POST
def baseline_pin(request: HttpRequest, key: str) -> HttpResponse:
    """Fix the baseline of the version in force at what the facts give now, or let it follow them again."""
    reader = Reader(request.user, as_of=timezone.now())
    if not reader.sight.is_admin:
        raise PermissionDenied(_("Only an administrator can fix a baseline."))
    row = get_object_or_404(Commitment, pk=_promise(key, reader).commitment_id)
    try:
        if request.POST.get("act") == "unpin":
            unpin(row, by=request.user, as_of=reader.as_of)
            messages.success(request, _("The baseline follows the facts again."))
        else:
            pin(row, by=request.user, as_of=reader.as_of)
            messages.success(request, _("The baseline is fixed: later facts move it no more."))
    except NoBaselineError as error:
        raise Http404(_("This commitment has no baseline.")) from error
    except EmptyBaselineError:
        messages.error(request, _("Nothing was counted in the baseline's window: there is nothing to fix."))
    return redirect("commitment", key)


def _promise(key: str, reader: Reader) -> Promise:
    promise = reader.promise_named(key)
    if promise is None:
        raise Http404(_("There is no signed commitment of this key."))
    return promise


def _opposite(promise: Promise, reader: Reader) -> list[dict[str, Any]]:
    """The promises that stand opposite this one, to be read beside it."""
    found = opposite_of(promise, pairs(reader.promises_in_force))
    return [{"key": one.key, "title": title_of(one)} for one in found]


def _exceptions(promise: Promise, reader: Reader) -> Any:
    every = Breach.objects.select_related("assignee")
    latest = every.latest_of_promise(promise.key, reader.user, most=SHOWN, as_of=reader.as_of)
    return exception_items(latest, reader)
