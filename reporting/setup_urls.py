"""Addresses of the pages about setting the hub up."""

from django.urls import path

from reporting.views import setup, setup_people, setup_programs

urlpatterns = [
    path("", setup.setup, name="setup"),
    path("first/", setup.setup_first, name="setup_first"),
    path("invitation/<str:secret>/", setup.invitation, name="invitation"),
    path("teams/", setup_people.setup_teams, name="setup_teams"),
    path("teams/<slug:slug>/", setup_people.setup_team, name="setup_team"),
    path("teams/<slug:slug>/join/", setup_people.setup_team_join, name="setup_team_join"),
    path("memberships/<int:pk>/end/", setup_people.setup_membership_end, name="setup_membership_end"),
    path("people/", setup_people.setup_people, name="setup_people"),
    path("people/<int:pk>/invite/", setup_people.setup_invite, name="setup_invite"),
    path("tokens/", setup_programs.setup_tokens, name="setup_tokens"),
    path("tokens/<int:pk>/revoke/", setup_programs.setup_token_revoke, name="setup_token_revoke"),
    path("mail/", setup_programs.setup_mail, name="setup_mail"),
    path("mail/sender/", setup_programs.setup_sender, name="setup_sender"),
    path("fact/", setup_programs.setup_fact, name="setup_fact"),
    path("fact/send/", setup_programs.setup_fact_send, name="setup_fact_send"),
    path("fact/status/", setup_programs.setup_fact_status, name="setup_fact_status"),
]
