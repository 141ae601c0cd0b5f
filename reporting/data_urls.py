"""Addresses of the pages about feeds, imports, quarantine, and why there is no clock."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
