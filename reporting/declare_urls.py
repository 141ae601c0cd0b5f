"""Addresses of the pages about declaring facts by hand."""

from django.urls import path

from reporting.views import declaring

urlpatterns = [
    path("", declaring.declare_start, name="declare"),
    path("send/", declaring.declare_send, name="declare_send"),
    path("list/", declaring.declarations, name="declarations"),
    path("<int:pk>/", declaring.declaration, name="declaration"),
    path("<int:pk>/confirm/", declaring.declaration_confirm, name="declaration_confirm"),
    path("<int:pk>/refute/", declaring.declaration_refute, name="declaration_refute"),
]
