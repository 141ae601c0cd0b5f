"""Addresses of the pages about single records."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
