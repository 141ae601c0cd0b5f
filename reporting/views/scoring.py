"""Leads by the scoring of the agreement: who qualifies, and why."""

from typing import Any

import django_filters
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from leads.models import Lead
from measurement.scored_leads import MOST, ScoredLead, scored_leads, scoring_in_force
from people.visibility import Sight
from reporting.labels import labels_of
from reporting.showing import scoring as showing
from reporting.showing.numbers import number
from reporting.showing.offsets import page_number, page_queries

SHOWN = 50


class ScoringFilter(django_filters.FilterSet):
    """Which of the leads are listed."""

    show = django_filters.ChoiceFilter(
        label=gettext_lazy("Leads"),
        empty_label=gettext_lazy("all"),
        choices=[
            ("overlooked", gettext_lazy("qualified by the rules, not handed over")),
            ("too_early", gettext_lazy("handed over, not qualified by the rules")),
            ("qualified", gettext_lazy("qualified by the rules")),
        ],
    )

    class Meta:
        model = Lead
        fields: list[str] = []


@require_safe
@login_required
def scoring(request: HttpRequest) -> HttpResponse:
    """The newest leads by points, all or those of one list."""
    now = timezone.now()
    rules = scoring_in_force(as_of=now)
    if rules is None:
        return render(request, "pages/scoring.html", {"version": None})
    version, applied = rules
    chosen = ScoringFilter(request.GET, queryset=Lead.objects.none())
    chosen.form.is_valid()
    wanted = chosen.form.cleaned_data.get("show")
    page = page_number(request)
    found, there_are_more = scored_leads(applied, as_of=now)
    listed = [one for one in found if _is_in(one, wanted)]
    threshold = applied.qualification.threshold
    context = {
        "version": version,
        "filter": chosen,
        "leads": showing.shown_leads(
            listed[SHOWN * (page - 1) : SHOWN * page], Sight.of(request.user, as_of=now)
        ),
        "listed": len(listed),
        "overlooked": sum(one.overlooked for one in found),
        "too_early": sum(one.too_early for one in found),
        "threshold": number(threshold) if threshold is not None else "",
        "cut": MOST if there_are_more else 0,
        "rules": applied.qualification.scoring,
        **page_queries(request, page, more=len(listed) > SHOWN * page),
    }
    return render(request, "pages/scoring.html", context)


@require_safe
@login_required
def scored_lead(request: HttpRequest, pk: int) -> HttpResponse:
    """One lead: each rule and criterion, and what it comes to."""
    now = timezone.now()
    rules = scoring_in_force(as_of=now)
    found = scored_leads(rules[1], lead=pk, as_of=now)[0] if rules else []
    if not rules or not found:
        raise Http404(_("There is no such lead, or no agreement in force that scores leads."))
    one = found[0]
    text, tone = showing.verdict(one)
    context: dict[str, Any] = {
        "version": rules[0],
        "one": one,
        "label": str(labels_of([pk]).get(pk, pk)),
        "verdict": text,
        "tone": tone,
        "why": showing.why(one),
        "points": number(one.scored.points),
        "lines": showing.shown_rules(one.scored.rules),
        "criteria": showing.shown_criteria(one.scored.criteria),
    }
    return render(request, "pages/scored_lead.html", context)


def _is_in(one: ScoredLead, wanted: str | None) -> bool:
    match wanted:
        case "overlooked":
            return one.overlooked
        case "too_early":
            return one.too_early
        case "qualified":
            return one.scored.qualifies is True
    return True
