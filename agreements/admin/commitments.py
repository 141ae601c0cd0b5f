"""Commitments: a form for drafts, with three worked deadlines; those of signed versions are shown."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from agreements.admin.acting import person
from agreements.admin.showing import lines, yaml_block
from agreements.catalogue import Entry, by_key, entries, picked
from agreements.composition import compose_commitment
from agreements.document import DocumentError, write_yaml
from agreements.drafting import remove_commitment, save_commitment
from agreements.enums import VersionState
from agreements.examples import TERMS
from agreements.forms import CommitmentForm
from agreements.forms.promises import terms_as_yaml, titles_of
from agreements.linting import LintWarning, lint
from agreements.models import Commitment
from agreements.texts import localized
from agreements.worked_examples import worked_sentences
from people.models import Team

SHOWN = ("in_fields", "deadlines", "warning_list", "written")


@admin.register(Commitment)
class CommitmentAdmin(admin.ModelAdmin):
    form = CommitmentForm
    list_display = ("key", "title", "owner", "kind", "version", "state")
    list_filter = ("version__state", "kind", "owner", "version__agreement")
    list_select_related = ("owner", "version__agreement")
    search_fields = ("key",)
    ordering = ("key", "-version__number")

    def get_fieldsets(self, request: HttpRequest, obj: Commitment | None = None) -> Any:
        about = ("key", "title_en", "title_fr", "owner", "kind", "calendar_key", "yaml")
        if obj is None:
            return [(None, {"fields": ("version", *about), "description": _examples()})]
        means = (gettext_lazy("What it means"), {"fields": ("deadlines", "warning_list")})
        if self.has_change_permission(request, obj):
            return [(None, {"fields": ("version", "in_fields", *about)}), means]
        return [
            (None, {"fields": ("version", "key", "title", "owner", "kind", "calendar", "written")}),
            means,
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Commitment | None = None) -> Any:
        return () if obj is None else ("version", "title", "calendar", *SHOWN)

    def has_change_permission(self, request: HttpRequest, obj: Commitment | None = None) -> bool:
        return super().has_change_permission(request, obj) and _is_draft(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Commitment | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _is_draft(obj)

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # one by one: some belong to signed versions
        return actions

    def get_changeform_initial_data(self, request: HttpRequest) -> Any:
        """A promise of the catalogue, where its key is given (``?entry=decision``)."""
        entry = by_key(request.GET.get("entry", ""))
        return super().get_changeform_initial_data(request) | (_picked(entry) if entry else {})

    def save_model(self, request: HttpRequest, obj: Commitment, form: Any, change: bool) -> None:
        obj.terms = form.cleaned_data["terms"]
        calendar, now = form.cleaned_data["calendar_key"], timezone.now()
        save_commitment(obj, calendar=calendar.key if calendar else None, by=person(request), as_of=now)
        for sentence in worked_sentences(obj, as_of=now):
            messages.info(request, sentence)
        for warning in _warnings(obj):
            messages.warning(request, str(warning))

    def delete_model(self, request: HttpRequest, obj: Commitment) -> None:
        remove_commitment(obj, by=person(request), as_of=timezone.now())

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Refuses where the rest of the draft would not be right without it."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except DocumentError as error:
            messages.error(request, str(error))
            return redirect("admin:agreements_commitment_change", object_id)

    @admin.display(description=gettext_lazy("title"))
    def title(self, commitment: Commitment) -> str:
        return localized(commitment.terms.get("title"), get_language() or "en")

    @admin.display(description=gettext_lazy("state"), ordering="version__state")
    def state(self, commitment: Commitment) -> str:
        return commitment.version.get_state_display()

    @admin.display(description=gettext_lazy("in fields"))
    def in_fields(self, commitment: Commitment) -> SafeString:
        version = commitment.version
        page = reverse("promise_edit", args=[version.agreement.key, version.number, commitment.key])
        text = _("write it in fields that fit its kind, with your last 90 days beside them")
        return format_html('<a href="{}">{}</a>', page, text)

    @admin.display(description=gettext_lazy("worked deadlines"))
    def deadlines(self, commitment: Commitment) -> SafeString | str:
        sentences = worked_sentences(commitment, as_of=timezone.now())
        return lines(sentences, _("none: this kind counts by period"))

    @admin.display(description=gettext_lazy("look at"))
    def warning_list(self, commitment: Commitment) -> SafeString | str:
        return lines(_warnings(commitment), _("nothing to look at"))

    @admin.display(description=gettext_lazy("YAML"))
    def written(self, commitment: Commitment) -> SafeString:
        return yaml_block(write_yaml(compose_commitment(commitment)))


def _warnings(commitment: Commitment) -> list[LintWarning]:
    places = (commitment.key, f"{commitment.key}.")
    return [w for w in lint(commitment.version) if w.where == places[0] or w.where.startswith(places[1])]


def _picked(entry: Entry) -> dict[str, Any]:
    """What the form says at first of a promise of the catalogue; a baseline is that before today."""
    written = picked(entry, owner="", effective_from=timezone.localdate())
    terms = {name: value for name, value in written.items() if name not in ("key", "owner", "kind")}
    return {
        "key": entry.key,
        "kind": entry.kind.value,
        "owner": Team.objects.filter(side=entry.side).order_by("pk").first(),
        **titles_of(terms),
        "yaml": terms_as_yaml(entry.kind, terms),
    }


def _examples() -> SafeString:
    """The catalogue, to start from, and an example of the terms of each kind, to open."""
    language = get_language() or "en"
    ready = format_html_join(
        "",
        '<li><a href="?entry={}">{}</a>: {}</li>',
        (
            (entry.key, localized(entry.title, language), localized(entry.promises, language))
            for entry in entries()
        ),
    )
    kinds = format_html_join(
        "",
        "<details><summary>{}</summary><pre>{}</pre></details>",
        ((kind.value, text) for kind, text in TERMS.items()),
    )
    catalogue = format_html("<details><summary>{}</summary><ul>{}</ul></details>", _("the catalogue"), ready)
    return catalogue + kinds


def _is_draft(commitment: Commitment | None) -> bool:
    return commitment is None or commitment.version.state != VersionState.SIGNED
