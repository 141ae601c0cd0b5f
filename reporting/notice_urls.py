"""Addresses of the pages about notices, preferences and channels."""

from django.urls import path

from reporting.views import channels, notices

urlpatterns = [
    path("", notices.notices, name="notices"),
    path("read/", notices.notices_read, name="notices_read"),
    path("<int:pk>/read/", notices.notice_read, name="notice_read"),
    path("preferences/", notices.notice_preferences, name="notice_preferences"),
    path("preferences/mute/", notices.notice_mute, name="notice_mute"),
    path("preferences/mutes/<int:pk>/end/", notices.notice_unmute, name="notice_unmute"),
    path("channels/", channels.team_channels, name="team_channels"),
    path("channels/<int:pk>/test/", channels.team_channel_test, name="team_channel_test"),
    path("channels/<int:pk>/pause/", channels.team_channel_pause, name="team_channel_pause"),
    path("channels/<int:pk>/resume/", channels.team_channel_resume, name="team_channel_resume"),
    path("channels/<int:pk>/remove/", channels.team_channel_remove, name="team_channel_remove"),
]
