"""Addresses of the pages about names of individuals."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
