"""Addresses of the pages about absences, covers and working hours."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
