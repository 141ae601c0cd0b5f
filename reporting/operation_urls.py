"""Addresses of the pages about the health of the installation."""

from django.urls import path

from reporting.views import health

urlpatterns = [
    path("", health.health, name="health"),
    path("messages/<int:pk>/send/", health.message_resend, name="health_message_resend"),
    path("messages/<int:pk>/leave/", health.message_leave, name="health_message_leave"),
]
