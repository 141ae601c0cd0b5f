"""Addresses of the pages about declaring facts by hand."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
