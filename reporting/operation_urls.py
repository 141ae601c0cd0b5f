"""Addresses of the pages about the health of the installation."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
