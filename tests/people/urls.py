"""Two addresses behind scopes."""

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from people.api.permissions import may_see_names, scope


class Facts(APIView):
    permission_classes = (scope("facts:write"),)

    def post(self, request: Request) -> Response:
        return Response({"by": str(request.user)})


class Clocks(APIView):
    permission_classes = (scope("read"),)

    def get(self, request: Request) -> Response:
        return Response({"by": str(request.user), "names": may_see_names(request)})


urlpatterns = [path("api/v1/facts/", Facts.as_view()), path("api/v1/clocks/", Clocks.as_view())]
