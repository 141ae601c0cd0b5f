"""Why there is no clock, in English and French side by side."""

from collections.abc import Mapping

ABSENCES: Mapping[str, Mapping[str, str]] = {
    "no_version": {
        "en": "No signed agreement holds this promise.",
        "fr": "Aucun accord signé ne contient cet engagement.",
    },
    "not_measured": {
        "en": "Promises of this kind ({kind}) have no clocks.",
        "fr": "Les engagements de ce type ({kind}) n'ont pas de délais.",
    },
    "no_start": {
        "en": "Nothing started it: no {starts} is known about this record.",
        "fr": "Rien ne l'a ouvert : on ne connaît pas {starts} au sujet de cette fiche.",
    },
    "dated_ahead": {
        "en": "{event} is dated {when}: it counts from then on.",
        "fr": "{event} est daté du {when} : il comptera à partir de là.",
    },
    "before_agreement": {
        "en": "{event} of {when} came before the agreement, which holds from {since}.",
        "fr": "{event} du {when} précède l'accord, qui vaut à partir du {since}.",
    },
    "after_agreement": {
        "en": "{event} of {when} came when no version of the agreement held this promise any more.",
        "fr": "{event} du {when} est postérieur à la fin de cet engagement.",
    },
    "between_versions": {
        "en": "{event} of {when} came between two versions, when none held this promise.",
        "fr": "{event} du {when} tombe entre deux versions, quand aucune ne contenait cet engagement.",
    },
    "no_start_then": {
        "en": "{event} of {when} starts nothing under the version in force then.",
        "fr": "{event} du {when} n'ouvre rien selon la version alors en vigueur.",
    },
    "other_subject": {
        "en": "{event} of {when} is about another record: the clock belongs to its {type}.",
        "fr": "{event} du {when} concerne une autre fiche : le délai revient à {type}.",
    },
    "deleted": {
        "en": "{event} of {when} came after the deletion of the record.",
        "fr": "{event} du {when} est postérieur à la suppression de la fiche.",
    },
    "start_refused": {
        "en": "{event} of {when} does not start it: {why}.",
        "fr": "{event} du {when} ne l'ouvre pas : {why}.",
    },
    "where": {
        "en": "{event} of {when} does not start it: {field} was {found}, wanted {wanted}.",
        "fr": "{event} du {when} ne l'ouvre pas : {field} valait {found}, il fallait {wanted}.",
    },
    "outside_hours": {
        "en": "{event} of {when} came in closed time, which this promise ignores.",
        "fr": "{event} du {when} est arrivé hors des heures ouvertes, que cet engagement ignore.",
    },
    "repeat": {
        "en": "{event} of {when} came while the clock of {started} was still open: it is listed there.",
        "fr": "{event} du {when} est arrivé quand le délai ouvert le {started} courait encore : il y figure.",
    },
    "unknown_status": {
        "en": "The status of the lead {lead} is “{status}”, which implies no event: only {known} do.",
        "fr": "Le statut du lead {lead} est « {status} », qui n'entraîne aucun fait : seuls {known} le font.",
    },
    "nothing": {"en": "empty", "fr": "vide"},
    "any_of": {"en": " or ", "fr": " ou "},
    "wanted_not": {"en": "anything but {value}", "fr": "autre chose que {value}"},
    "wanted_older_than": {"en": "more than {value} old", "fr": "plus ancien que {value}"},
    "wanted_newer_than": {"en": "less than {value} old", "fr": "plus récent que {value}"},
    "wanted_present": {"en": "any value", "fr": "une valeur"},
    "wanted_missing": {"en": "none", "fr": "aucune valeur"},
    "wanted_team": {"en": "a member of the team that owes", "fr": "un membre de l'équipe engagée"},
    "type_account": {"en": "account", "fr": "son compte"},
    "type_contact": {"en": "contact", "fr": "son contact"},
    "type_lead": {"en": "lead", "fr": "son lead"},
    "type_deal": {"en": "deal", "fr": "son affaire"},
    "type_campaign": {"en": "event", "fr": "son événement"},
    "type_content": {"en": "content", "fr": "son contenu"},
    "type_call": {"en": "call", "fr": "son appel"},
    "type_member": {"en": "member", "fr": "son membre"},
}
