"""Addresses of the pages about notices, preferences and channels."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
