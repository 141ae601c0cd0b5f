"""Addresses of the pages of figures: what comes of leads, and whether the goals are met."""

from django.urls import path

from reporting.views import conversion, feedback, goals, priorities, quota, scoring

urlpatterns = [
    path("insights/conversion/", conversion.conversion, name="conversion"),
    path("insights/conversion.csv", conversion.conversion_csv, name="conversion_csv"),
    path("insights/leads/", feedback.lead_feedback, name="lead_feedback"),
    path("insights/leads/list/", feedback.lead_feedback_list, name="lead_feedback_list"),
    path("insights/priorities/", priorities.priorities, name="priorities"),
    path("quota/", quota.quota, name="quota"),
    path("quota/agree/", quota.quota_agree, name="quota_agree"),
    path("scoring/", scoring.scoring, name="scoring"),
    path("scoring/<int:pk>/", scoring.scored_lead, name="scored_lead"),
    path("goals/", goals.goals, name="goals"),
    path("goals/figures/", goals.figures, name="figures"),
]
