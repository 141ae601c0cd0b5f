"""Addresses of facts under /api/v1/."""

from django.urls import path

from leads.api import views
from leads.api.sync import Sync

urlpatterns = [
    path("sync/<str:resource>/", Sync.as_view(), name="sync"),
    path("members/", views.Members.as_view(), name="member-list"),
    path("accounts/", views.Accounts.as_view(), name="account-list"),
    path("contacts/", views.Contacts.as_view(), name="contact-list"),
    path("leads/", views.Leads.as_view(), name="lead-list"),
    path("deals/", views.Deals.as_view(), name="deal-list"),
    path("campaigns/", views.Campaigns.as_view(), name="campaign-list"),
    path("contents/", views.Contents.as_view(), name="content-list"),
    path("events/", views.Events.as_view(), name="event-list"),
]
