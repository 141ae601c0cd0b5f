"""Version 1 of the REST API: each app's resources, the schema, its pages, and a problem for anything else."""

from django.urls import include, path, re_path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView


@extend_schema(exclude=True)
class UnknownAddress(APIView):
    """Answers as the API does (problem+json, 404) where Django would send a page or a redirect."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        raise NotFound(f"There is nothing at {request.path}; see /api/v1/docs/.")


urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(template_name="slahub/api_docs.html", url_name="api-schema"),
        name="api-docs",
    ),
    path("", include("people.api.urls")),
    path("", include("leads.api.urls")),
    path("", include("agreements.api.urls")),
    path("", include("measurement.api.urls")),
    path("", include("reporting.api.urls")),
    re_path("", UnknownAddress.as_view(), name="api-unknown"),
]
