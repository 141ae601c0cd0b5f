"""Versions of agreements: a draft is one YAML text, signed party by party; a signed one is shown."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.admin.acting import person
from agreements.admin.showing import lines, yaml_block
from agreements.drafting import start_new_version
from agreements.dumping import dump
from agreements.enums import VersionState
from agreements.forms import NewVersionForm, SigningForm, VersionForm
from agreements.linting import lint
from agreements.loading import load
from agreements.models import AgreementVersion, Signature
from agreements.reviewing import ReviewError, send_to_review
from agreements.signing import SigningError, content_sha256, parties_left, parties_to_sign_for, sign


@admin.register(AgreementVersion)
class AgreementVersionAdmin(admin.ModelAdmin):
    form = VersionForm
    change_form_template = "admin/agreements/agreementversion/change_form.html"
    list_display = ("agreement", "number", "state", "effective_from", "signed_at")
    list_filter = ("state", "agreement")
    list_select_related = ("agreement",)
    search_fields = ("agreement__key",)
    ordering = ("agreement__key", "-number")

    def get_fieldsets(self, request: HttpRequest, obj: AgreementVersion | None = None) -> Any:
        if obj is None:
            return [(None, {"fields": ("yaml",)})]
        stands = ("state", "starts_at", "signature_list", "warning_list")
        if self.has_change_permission(request, obj):
            return [(None, {"fields": ("yaml",)}), (gettext_lazy("Where it stands"), {"fields": stands})]
        sealed = (*stands, "signed_at", "sha256")
        return [(gettext_lazy("Where it stands"), {"fields": sealed}), (None, {"fields": ("written",)})]

    def get_readonly_fields(self, request: HttpRequest, obj: AgreementVersion | None = None) -> Any:
        shown = ("state", "starts_at", "signature_list", "warning_list", "signed_at", "sha256", "written")
        return () if obj is None else shown

    def has_change_permission(self, request: HttpRequest, obj: AgreementVersion | None = None) -> bool:
        return super().has_change_permission(request, obj) and (
            obj is None or obj.state != VersionState.SIGNED
        )

    def has_delete_permission(self, request: HttpRequest, obj: AgreementVersion | None = None) -> bool:
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.as_of = timezone.now()
        return form

    def save_model(self, request: HttpRequest, obj: AgreementVersion, form: Any, change: bool) -> None:
        """Load it as a file would be; ``obj`` becomes the version that says it."""
        loaded = load(form.cleaned_data["yaml"], by=person(request), as_of=timezone.now())
        obj.pk = loaded.version.pk
        obj.refresh_from_db()
        for line in loaded.difference or [_("nothing changes")]:
            messages.info(request, line)
        for warning in loaded.warnings:
            messages.warning(request, str(warning))

    @admin.display(description=gettext_lazy("signatures"))
    def signature_list(self, version: AgreementVersion) -> SafeString | str:
        given = version.signatures.select_related("party").order_by("at", "id")
        texts = [_signed(signature) for signature in given]
        missing = [_("%(party)s: not yet") % {"party": party} for party in parties_left(version)]
        return lines([*texts, *missing], _("none"))

    @admin.display(description=gettext_lazy("look at"))
    def warning_list(self, version: AgreementVersion) -> SafeString | str:
        return lines(lint(version), _("nothing to look at"))

    @admin.display(description=gettext_lazy("YAML"))
    def written(self, version: AgreementVersion) -> SafeString:
        return yaml_block(dump(version))

    def get_urls(self) -> Any:
        own = [
            ("review", self.review_view),
            ("sign", self.sign_view),
            ("new-version", self.new_version_view),
            ("yaml", self.yaml_view),
        ]
        wrapped = [
            path(
                f"<int:version_id>/{name}/",
                self.admin_site.admin_view(view),
                name=f"agreements_agreementversion_{name.replace('-', '_')}",
            )
            for name, view in own
        ]
        return [*wrapped, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        version = self.get_object(request, object_id)
        if version is not None:
            extra_context = (extra_context or {}) | {
                "may_sign": version.state == VersionState.REVIEW
                and bool(parties_to_sign_for(version, person(request), as_of=timezone.now())),
                "may_review": version.state == VersionState.DRAFT
                and self.has_change_permission(request, version),
                "may_start": version.state == VersionState.SIGNED and self.has_add_permission(request),
            }
        return super().change_view(request, object_id, form_url, extra_context)

    def yaml_view(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """The version's YAML as a file."""
        version = self._visible(request, version_id)
        response = HttpResponse(dump(version), content_type="application/yaml; charset=utf-8")
        name = f"{version.agreement.key}-v{version.number}.yaml"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def review_view(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Asks whether a draft is ready, and sends it to review on POST."""
        version = self._visible(request, version_id)
        if not self.has_change_permission(request, version) or version.state != VersionState.DRAFT:
            raise PermissionDenied
        if request.method == "POST":
            try:
                send_to_review(version, by=person(request), as_of=timezone.now())
            except ReviewError as error:  # somebody else was quicker
                messages.error(request, str(error))
            else:
                messages.success(request, _("In review: every party can sign it now."))
            return self._to(version)
        extra = {"warnings": lint(version), "yaml": dump(version)}
        return self._page(request, "review", _("Send %(version)s to review"), version, Form(), extra)

    def sign_view(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Asks for which party, shows what is signed, and signs on POST."""
        version, now = self._visible(request, version_id), timezone.now()
        parties = parties_to_sign_for(version, person(request), as_of=now)
        if not parties or version.state != VersionState.REVIEW:
            raise PermissionDenied
        form = SigningForm(request.POST or None, parties=parties, initial={"seen": content_sha256(version)})
        if request.method == "POST" and form.is_valid():
            self._sign(request, version, **form.cleaned_data)
            return self._to(version)
        extra = {"warnings": lint(version), "yaml": dump(version)}
        return self._page(request, "sign", _("Sign %(version)s"), version, form, extra)

    def _sign(self, request: HttpRequest, version: AgreementVersion, *, party: Any, seen: str) -> None:
        try:
            address = request.META.get("REMOTE_ADDR") or None
            by, now = person(request), timezone.now()
            sign(version, party=party, by=by, as_of=now, address=address, seen=seen)
        except SigningError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Signed for %(party)s.") % {"party": party})

    def new_version_view(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Asks from when, and copies the signed version into a draft on POST."""
        version = self._visible(request, version_id)
        if not self.has_add_permission(request) or version.state != VersionState.SIGNED:
            raise PermissionDenied
        newest = version.agreement.versions.signed().latest("effective_from")
        form = NewVersionForm(request.POST or None, after=newest.effective_from)
        if request.method == "POST" and form.is_valid():
            day = form.cleaned_data["effective_from"]
            loaded = start_new_version(version, effective_from=day, by=person(request), as_of=timezone.now())
            return self._to(loaded.version)
        replaces = version.agreement.versions.drafts().exists()
        return self._page(
            request,
            "new_version",
            _("Start a new version of %(version)s"),
            version,
            form,
            {"replaces": replaces},
        )

    def _visible(self, request: HttpRequest, version_id: int) -> AgreementVersion:
        version = get_object_or_404(AgreementVersion.objects.select_related("agreement"), pk=version_id)
        if not self.has_view_permission(request, version):
            raise PermissionDenied
        return version

    def _to(self, version: AgreementVersion) -> HttpResponse:
        return redirect("admin:agreements_agreementversion_change", version.pk)

    def _page(
        self,
        request: HttpRequest,
        name: str,
        title: str,
        version: AgreementVersion,
        form: Any,
        extra: dict[str, Any],
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title % {"version": version},
            "opts": self.opts,
            "version": version,
            "form": form,
            **extra,
        }
        return TemplateResponse(request, f"admin/agreements/agreementversion/{name}.html", context)


def _signed(signature: Signature) -> str:
    said = {"party": signature.party, "name": signature.signed_as}
    if signature.in_stead:
        return _("%(party)s: %(name)s, in the stead of its managers") % said
    return _("%(party)s: %(name)s") % said
