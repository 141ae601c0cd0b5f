"""Agreements: read by the teams they name, written and signed by managers of their parties."""

from tests.roles.table import NO, act, page


def signed(_house):
    return ["smarketing", 1]


def draft(house):
    return ["drafted", house.draft.number]


def reviewed(house):
    return ["smarketing", house.reviewed.number]


def promise(house):
    return [*draft(house), "drafted"]


ENTRIES = [
    page("agreements", "agreements"),
    page("agreement", "an agreement", lambda h: ["smarketing"]),
    page("agreement_version", "a version", signed),
    page("agreement_pdf", "a version as PDF", signed),
    page("agreement_yaml", "a version as YAML", signed),
    page("agreement_print", "a version to print", signed),
    page("agreement_diff", "what a version changed", reviewed),
    page("agreement_review", "the review of a draft", reviewed, rep=NO, auditor=NO),
    page("agreement_previews", "what a draft would have meant", reviewed, rep=NO, auditor=NO),
    act("agreement_send", "send a draft to review", draft, rep=NO),
    act("agreement_take_back", "take a draft back", reviewed, rep=NO),
    act("agreement_comment", "comment on a draft", reviewed, rep=NO),
    act(
        "agreement_comment_resolve",
        "settle a comment",
        lambda h: [*reviewed(h), h.said.pk],
        rep=NO,
    ),
    page("agreement_sign", "the page of signing", reviewed, rep=NO, auditor=NO),
    act("agreement_sign", "sign", reviewed, rep=NO),
    page("agreement_new", "a new agreement, guided", rep=NO, auditor=NO),
    act("agreement_new", "write a new agreement, guided", rep=NO),
    page("agreement_upload", "a new agreement from a file", rep=NO, auditor=NO),
    act("agreement_upload", "upload a new agreement", rep=NO),
    page("agreement_write", "the YAML of an agreement", lambda h: ["smarketing"], rep=NO, auditor=NO),
    act("agreement_write", "write the YAML of an agreement", lambda h: ["smarketing"], rep=NO),
    page("agreement_new_version", "a new version", lambda h: ["settled"], rep=NO, auditor=NO),
    act("agreement_new_version", "make a new version", lambda h: ["settled"], rep=NO),
    page("agreement_edit", "a part of a draft", lambda h: [*draft(h), "company_goals"], rep=NO, auditor=NO),
    act("agreement_edit", "write a part of a draft", lambda h: [*draft(h), "company_goals"], rep=NO),
    page("promise_catalogue", "the catalogue of promises", draft, rep=NO, auditor=NO),
    page("promise_new", "a new promise", lambda h: [*draft(h), "own-response"], rep=NO, auditor=NO),
    act("promise_new", "add a promise to a draft", lambda h: [*draft(h), "own-response"], rep=NO),
    page("promise_edit", "a promise of a draft", promise, rep=NO, auditor=NO),
    act("promise_edit", "change a promise of a draft", promise, rep=NO),
    page("promise_remove", "remove a promise?", promise, rep=NO, auditor=NO),
    act("promise_remove", "remove a promise of a draft", promise, rep=NO),
    page("agreement_trial", "the trial of a draft", draft),
    act("agreement_trial_start", "start a trial", draft, rep=NO),
    act("agreement_trial_measure", "measure a trial now", draft, rep=NO),
    act("agreement_trial_end", "end a trial", draft, rep=NO),
]
