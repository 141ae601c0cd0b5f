"""Addresses of the pages about setting the hub up."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
