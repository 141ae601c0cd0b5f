"""Version 1 of the REST API: each app's resources, the schema, its pages, and a problem for anything else."""

from importlib.util import find_spec

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


RESOURCES = (
    "leads.api.urls",
    "agreements.api.urls",
    "measurement.api.urls",
    "reporting.api.urls",
)


def _exists(name: str) -> bool:  # scaffolding while the apps are being written
    return find_spec(name.rpartition(".")[0]) is not None and find_spec(name) is not None


urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(template_name="slahub/api_docs.html", url_name="api-schema"),
        name="api-docs",
    ),
    *(path("", include(name)) for name in RESOURCES if _exists(name)),
    re_path("", UnknownAddress.as_view(), name="api-unknown"),
]
