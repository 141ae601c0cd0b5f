"""API tokens: made here or by create_token, shown once, revoked and never deleted."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core import audit
from core.admin.bases import AuditedAdmin
from people.enums import Scope
from people.models import ApiToken
from people.tokens import create_token

READ_ONLY = ("name", "user", "prefix", "scopes", "created_at", "expires_at", "revoked_at", "last_used_at")


class AddTokenForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"), choices=[(s.value, s.value) for s in Scope], widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ApiToken
        fields = ("name", "user", "scopes", "expires_at")


@admin.register(ApiToken)
class ApiTokenAdmin(AuditedAdmin):
    list_display = ("name", "prefix", "user", "scopes", "expires_at", "revoked_at", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("name", "prefix", "user__email")
    ordering = ("-id",)
    autocomplete_fields = ("user",)
    actions = ("revoke",)

    def get_form(
        self, request: HttpRequest, obj: ApiToken | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            kwargs["form"] = AddTokenForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> Any:
        return AddTokenForm.Meta.fields if obj is None else READ_ONLY

    def get_readonly_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> Any:
        return () if obj is None else READ_ONLY

    def has_delete_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        """Only ever an addition: nothing of a token can be edited."""
        made, text = create_token(
            name=obj.name, scopes=obj.scopes, user=obj.user, expires_at=obj.expires_at, as_of=timezone.now()
        )
        obj.pk, obj.prefix = made.pk, made.prefix
        request.made_token = text  # type: ignore[attr-defined]
        self._note(request, obj, "add", None, {"name": obj.name, "scopes": obj.scopes})

    def response_add(
        self, request: HttpRequest, obj: ApiToken, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The one page that shows the token."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("Keep this token"),
            "opts": self.opts,
            "token": obj,
            "text": request.made_token,  # type: ignore[attr-defined]
        }
        response = TemplateResponse(request, "admin/people/apitoken/made.html", context)
        add_never_cache_headers(response)
        return response

    @admin.action(description=_("Revoke the selected tokens"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        now = timezone.now()
        tokens = list(queryset.filter(revoked_at=None))
        with transaction.atomic():
            for token in tokens:
                audit.record(
                    actor=request.user, verb="revoke", object_type="apitoken", object_id=token.pk, as_of=now
                )
            queryset.filter(pk__in=[token.pk for token in tokens]).update(revoked_at=now)
        text = ngettext("%(count)d token revoked.", "%(count)d tokens revoked.", len(tokens))
        self.message_user(request, text % {"count": len(tokens)})
