"""Every sentence about a clock, in English and French side by side.

Values in braces are filled in by the caller in the same language.
"""

from collections.abc import Mapping

from measurement.wording.absences import ABSENCES
from measurement.wording.readings import READINGS
from measurement.wording.steps import STEPS

_CLOCKS: Mapping[str, Mapping[str, str]] = {
    # What became of it
    "met": {"en": "Kept", "fr": "Tenu"},
    "late": {"en": "Done too late", "fr": "Fait en retard"},
    "overdue": {"en": "Overdue", "fr": "Dépassé, à faire"},
    "overdue_ended": {"en": "Not kept", "fr": "Non tenu"},
    "failed": {"en": "Not kept", "fr": "Non tenu"},
    "cancelled": {"en": "Cancelled", "fr": "Annulé"},
    "excluded": {"en": "Excluded", "fr": "Neutralisé"},
    "paused": {"en": "Suspended", "fr": "Suspendu"},
    "running": {"en": "Running", "fr": "En cours"},
    "unmeasurable": {"en": "Not measurable", "fr": "Non mesurable"},
    # What was promised
    "was_due": {
        "en": "{headline}: after {start} of {started}, {stops} was due {within}, by {due}{closed}.",
        "fr": "{headline} : après {start} du {started}, il fallait {stops} {within},"
        " au plus tard le {due}{closed}.",
    },
    "is_due": {
        "en": "{headline}: after {start} of {started}, {stops} is due {within}, by {due}{closed}.",
        "fr": "{headline} : après {start} du {started}, il faut {stops} {within},"
        " au plus tard le {due}{closed}.",
    },
    "is_due_some_day": {
        "en": "{headline}: after {start} of {started}, {stops} is due {within}.",
        "fr": "{headline} : après {start} du {started}, il faut {stops} {within}.",
    },
    "within": {"en": "within {duration}", "fr": "sous {duration}"},
    "closed": {"en": " (closed {days})", "fr": " (fermé {days})"},
    "closed_named": {"en": "{days}: {names}", "fr": "{days} : {names}"},
    # What happened
    "done": {
        "en": "First counted: {stop}{by}, {when}, {spare} before the deadline.",
        "fr": "Premier acte retenu : {stop}{by}, {when}, {spare} avant l'échéance.",
    },
    "done_on_time": {
        "en": "First counted: {stop}{by}, {when}, at the very deadline.",
        "fr": "Premier acte retenu : {stop}{by}, {when}, à l'échéance même.",
    },
    "done_early": {
        "en": "It was done before: {stop}{by}, {when}, {ahead} before the start.",
        "fr": "C'était déjà fait : {stop}{by}, {when}, {ahead} avant le début.",
    },
    "done_late": {
        "en": "First counted: {stop}{by}, {when}, {late} late.",
        "fr": "Premier acte retenu : {stop}{by}, {when}, {late} de retard.",
    },
    "not_done": {
        "en": "Nothing has counted yet, {late} after the deadline.",
        "fr": "Aucun acte retenu à ce jour, {late} après l'échéance.",
    },
    "left": {"en": "{left} left.", "fr": "Il reste {left}."},
    "left_at_risk": {
        "en": "{left} left: at risk since {warn}.",
        "fr": "Il reste {left} : à risque depuis le {warn}.",
    },
    "held": {
        "en": "Since {when} it stands still ({event}); the deadline will be set when it goes on.",
        "fr": "À l'arrêt depuis le {when} ({event}) ; l'échéance sera fixée à la reprise.",
    },
    "was_cancelled": {"en": "Closed by {event}{by}, {when}.", "fr": "Clos par {event}{by}, {when}."},
    "was_deleted": {
        "en": "The record was deleted in the CRM on {when}.",
        "fr": "La fiche a été supprimée dans le CRM le {when}.",
    },
    "ended_late": {
        "en": "It was closed by {event}{by} only on {when}, {late} after the deadline: the miss stands.",
        "fr": "Clos par {event}{by} seulement le {when}, {late} après l'échéance : l'écart demeure.",
    },
    "deleted_late": {
        "en": "The record was deleted only on {when}, {late} after the deadline: the miss stands.",
        "fr": "La fiche n'a été supprimée que le {when}, {late} après l'échéance : l'écart demeure.",
    },
    "gave_up": {
        "en": "Nothing counted until {when}, when the time to make up for it was over.",
        "fr": "Aucun acte retenu jusqu'au {when}, fin du délai de rattrapage.",
    },
    "can_no_longer": {
        "en": "Since {event}{by}, {when}, it can no longer be done.",
        "fr": "Depuis {event}{by}, {when}, ce n'est plus possible.",
    },
    "waived": {
        "en": "It does not count: the other team agreed to that on {when}.",
        "fr": "Il ne compte pas : l'autre équipe en a convenu le {when}.",
    },
    "waived_until": {
        "en": "It does not count, as the other team agreed on {when}, if it is done by {until}.",
        "fr": "Il ne compte pas, l'autre équipe en a convenu le {when}, si c'est fait d'ici au {until}.",
    },
    "first_seen": {
        "en": "When we first saw the record, {stop} was already in it ({when}): nobody knows since when.",
        "fr": "À la première lecture de la fiche (le {when}), {stop} y figurait déjà, sans date connue.",
    },
    "never_opens": {
        "en": "Its calendar has no open time to count in.",
        "fr": "Son calendrier n'a aucune plage ouverte où compter.",
    },
    "without_deadline": {
        "en": "{headline}: after {start} of {started}, {stops} was promised {within}.",
        "fr": "{headline} : après {start} du {started}, {stops} était promis {within}.",
    },
    "in_open_time": {
        "en": "{open} of business time ({wall} by the clock)",
        "fr": "{open} de temps ouvré ({wall} à la montre)",
    },
    "by": {"en": " by {name}", "fr": " ({name})"},
    # Besides
    "unassigned_all": {
        "en": "All that time nobody was assigned.",
        "fr": "Personne n'était responsable de tout ce temps.",
    },
    "unassigned": {
        "en": "For {share} of it nobody was assigned.",
        "fr": "Pendant {share}, personne n'était responsable.",
    },
    "was_paused": {
        "en": "It was suspended for {share}, which does not count.",
        "fr": "Suspendu pendant {share}, qui ne comptent pas.",
    },
    "asked_again": {
        "en": "The same came once more meanwhile.",
        "fr": "La même chose est revenue une fois entre-temps.",
    },
    "asked_often": {
        "en": "The same came {times} times more meanwhile.",
        "fr": "La même chose est revenue {times} fois entre-temps.",
    },
    "ignored": {
        "en": "{event} of {when} did not count: {why}.",
        "fr": "{event} du {when} ne compte pas : {why}.",
    },
    "ignored_more": {
        "en": "And {number} more: see the list.",
        "fr": "Et {number} de plus : voir la liste.",
    },
    # Why an act did not count
    "automatic": {"en": "a machine did it", "fr": "c'est une machine qui l'a fait"},
    "no_actor": {"en": "it does not say who did it", "fr": "on ne sait pas qui l'a fait"},
    "other_team": {
        "en": "somebody outside the team that owes did it",
        "fr": "son auteur n'est pas de l'équipe engagée",
    },
    "not_owner": {"en": "somebody other than the owner did it", "fr": "son auteur n'est pas le responsable"},
    "not_contact": {"en": "the contact did not do it", "fr": "ce n'est pas le contact qui l'a fait"},
    "unevidenced": {
        "en": "without evidence, the agreed attempts did not come before",
        "fr": "sans preuve, les tentatives convenues n'ont pas précédé",
    },
    "condition": {"en": "{field} is not as agreed", "fr": "{field} n'est pas comme convenu"},
    "logged_late": {
        "en": "it was entered later than the promise allows",
        "fr": "sa saisie est plus tardive que l'engagement ne le permet",
    },
    "too_early": {"en": "it came before the start", "fr": "c'était avant le début"},
    "already_paused": {"en": "it was suspended already", "fr": "le délai était déjà suspendu"},
    "not_paused": {"en": "it was not suspended", "fr": "le délai n'était pas suspendu"},
    "after_due": {"en": "the deadline had passed", "fr": "l'échéance était passée"},
    # What each event did
    "effect_start": {"en": "starts the clock", "fr": "ouvre le délai"},
    "effect_stop": {"en": "counts as done", "fr": "compte comme fait"},
    "effect_early": {"en": "counts as done, before the start", "fr": "compte comme fait, avant le début"},
    "effect_cancel": {"en": "cancels", "fr": "annule"},
    "effect_fail": {"en": "can no longer be done", "fr": "ce n'est plus possible"},
    "effect_pause": {"en": "suspends", "fr": "suspend"},
    "effect_no_effect": {"en": "suspends; the deadline stays", "fr": "suspend ; l'échéance reste"},
    "effect_resume": {"en": "goes on", "fr": "reprend"},
    "entered": {"en": "entered {later} later", "fr": "saisi {later} plus tard"},
    "declared": {"en": "declared by hand", "fr": "déclaré à la main"},
    "was_entered": {"en": "It was {entered}.", "fr": "Cet acte a été {entered}."},
    "effect_repeat": {"en": "the same again", "fr": "de nouveau la même chose"},
    "effect_ignored": {"en": "does not count: {why}", "fr": "ne compte pas : {why}"},
    "effect_waived": {"en": "does not count any more: waived", "fr": "ne compte plus : écart justifié"},
    "effect_omitted": {
        "en": "{number} more repeats and acts that do not count",
        "fr": "{number} autres répétitions et actes non retenus",
    },
    "somebody": {"en": "a member of the team", "fr": "un membre de l'équipe"},
}

PHRASES: Mapping[str, Mapping[str, str]] = {**_CLOCKS, **ABSENCES, **STEPS, **READINGS}


def say(key: str, language: str, **values: object) -> str:
    """The phrase in the language, filled in; French colons and semicolons get their unbreakable space."""
    text = PHRASES[key][language].format(**values)
    if language == "fr":
        text = (
            text.replace(" :", "\u00a0:")
            .replace(" ;", "\u00a0;")
            .replace("« ", "«\u00a0")
            .replace(" »", "\u00a0»")
        )
    return text


def capital(text: str) -> str:
    """With a capital first letter, also behind an opening quotation mark."""
    return text[:1].upper() + text[1:]
