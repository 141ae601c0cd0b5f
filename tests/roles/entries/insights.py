"""Insights: conversion, what became of leads, priorities, goals, scoring, quota."""

from leads.models import Lead
from tests.roles.table import NO, act, page


def lead(_house):
    return [Lead.objects.latest("ref_id").ref_id]


ENTRIES = [
    page("conversion", "conversion"),
    page("conversion_csv", "conversion as CSV"),
    page("lead_feedback", "what became of leads"),
    page("lead_feedback_list", "leads one by one"),
    page("priorities", "priorities"),
    page("quota", "quota"),
    act("quota_agree", "put a quota into an agreement", body={"agreement": "smarketing"}, rep=NO),
    page("scoring", "scoring"),
    page("scored_lead", "why a lead has its score", lead),
    page("goals", "goals"),
    page("figures", "figures"),
    act("figures", "enter figures"),
]
