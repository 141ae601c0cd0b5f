"""Addresses of the pages about the audit trail."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
