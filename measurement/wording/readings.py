"""Every sentence about a reading, in English and French side by side."""

from collections.abc import Mapping

READINGS: Mapping[str, Mapping[str, str]] = {
    # The verdict
    "verdict_kept": {"en": "Kept", "fr": "Tenu"},
    "verdict_missed": {"en": "Not kept", "fr": "Non tenu"},
    "verdict_on_pace": {"en": "On pace", "fr": "Dans le rythme"},
    "verdict_at_risk": {"en": "At risk", "fr": "À risque"},
    "verdict_maturing": {"en": "Too early to judge", "fr": "Trop tôt pour juger"},
    "verdict_too_few": {"en": "Too few to judge", "fr": "Trop peu de cas pour juger"},
    "verdict_waived": {"en": "Missed, and waived", "fr": "Non tenu, écart justifié"},
    "verdict_not_required": {"en": "Nothing was required", "fr": "Rien n'était demandé"},
    "verdict_unmeasurable": {"en": "Not measurable", "fr": "Non mesurable"},
    # What was counted
    "reading_of_clocks": {
        "en": "{verdict}: of {whole} due {span}, {part} were kept{value}.",
        "fr": "{verdict} : sur {whole} à échéance {span}, {part} tenus{value}.",
    },
    "reading_of_events": {
        "en": "{verdict}: of {whole} ({what}) {span}, {part} had {having}{value}.",
        "fr": "{verdict} : sur {whole} ({what}) {span}, {part} ont eu {having}{value}.",
    },
    "reading_of_events_where": {
        "en": "{verdict}: of {whole} ({what}) {span}, {part} were as the promise says{value}.",
        "fr": "{verdict} : sur {whole} ({what}) {span}, {part} répondent à l'engagement{value}.",
    },
    "reading_of_records": {
        "en": "{verdict}: {when}, {part} of {whole} {what} had what was promised{value}.",
        "fr": "{verdict} : {when}, {part} sur {whole} {what} avaient ce qui était promis{value}.",
    },
    "reading_of_count": {
        "en": "{verdict}: {part} counted {span} ({what}).",
        "fr": "{verdict} : {part} comptés {span} ({what}).",
    },
    "reading_of_presence": {
        "en": "{verdict}: {part} of {whole} agreed hours were staffed {span}{value}.",
        "fr": "{verdict} : {part} sur {whole} d'heures convenues assurées {span}{value}.",
    },
    "reading_value": {"en": ": {value}", "fr": " : {value}"},
    "reading_having_within": {"en": "{what} within {duration}", "fr": "{what} sous {duration}"},
    "reading_on": {"en": "on {day}", "fr": "le {day}"},
    "reading_from_to": {"en": "from {first} to {last}", "fr": "du {first} au {last}"},
    "reading_at_end_of": {"en": "at the end of {day}", "fr": "à la fin du {day}"},
    "reading_at": {"en": "on {when}", "fr": "le {when}"},
    "records_contacts": {"en": "contacts", "fr": "contacts"},
    "records_accounts": {"en": "accounts", "fr": "comptes"},
    "records_leads": {"en": "leads", "fr": "leads"},
    "records_deals": {"en": "deals", "fr": "affaires"},
    "records_campaigns": {"en": "events", "fr": "événements"},
    "records_contents": {"en": "contents", "fr": "contenus"},
    "records_members": {"en": "members", "fr": "membres"},
    # What it is held against
    "target_is": {"en": "The target is {target}.", "fr": "L'objectif est {target}."},
    "target_at_least": {"en": "at least {value}", "fr": "au moins {value}"},
    "target_more_than": {"en": "more than {value}", "fr": "plus de {value}"},
    "target_at_most": {"en": "at most {value}", "fr": "au plus {value}"},
    "target_less_than": {"en": "less than {value}", "fr": "moins de {value}"},
    "target_baseline": {
        "en": "It is held against the baseline of {value} ({part} of {whole}, {first} to {last}){change}.",
        "fr": "Il part de la référence de {value} ({part} sur {whole}, du {first} au {last}){change}.",
    },
    "target_baseline_pinned": {
        "en": "It is held against the pinned baseline of {value} ({part} of {whole}, {first} to {last})"
        "{change}.",
        "fr": "Il part de la référence figée de {value} ({part} sur {whole}, du {first} au {last}){change}.",
    },
    "target_no_baseline": {
        "en": "Nothing was counted in the baseline's window, {first} to {last}:"
        " there is nothing to improve on.",
        "fr": "Rien n'a été compté pendant la période de référence, du {first} au {last} :"
        " il n'y a rien à améliorer.",
    },
    "target_points": {"en": ", {sign} {by} points", "fr": ", {sign} {by} points"},
    "target_relative": {"en": ", {sign} {by} % of it", "fr": ", {sign} {by} % de celle-ci"},
    "target_step": {
        "en": "Since the first version one step of {by} points was due.",
        "fr": "Depuis la première version, un palier de {by} points est dû.",
    },
    "target_steps": {
        "en": "Since the first version {steps} steps of {by} points were due.",
        "fr": "Depuis la première version, {steps} paliers de {by} points sont dus.",
    },
    "target_prorated": {
        "en": "It is for {open} open days of the usual {usual}.",
        "fr": "Il vaut pour {open} jours ouvrés sur {usual} habituels.",
    },
    "target_in_force": {
        "en": "It was in force on {days} of the {of} days: so much of the whole is asked.",
        "fr": "Il était en vigueur {days} jours sur {of} : cette part du tout est demandée.",
    },
    "target_room": {
        "en": "Only {room} were left to fill in the accounts.",
        "fr": "Il ne restait que {room} à renseigner dans les comptes.",
    },
    "target_full": {"en": "The accounts were full.", "fr": "Les comptes étaient complets."},
    "target_not_owed": {
        "en": "Nothing is asked of whoever is not a member of the team that owes.",
        "fr": "Rien n'est demandé à qui n'est pas de l'équipe engagée.",
    },
    "no_agreed_hours": {
        "en": "No hours were agreed in it.",
        "fr": "Aucune heure n'y était convenue.",
    },
    # Besides
    "reading_one_left_out": {"en": "One more was left out.", "fr": "Un autre est écarté."},
    "reading_left_out": {"en": "{number} more were left out.", "fr": "{number} autres sont écartés."},
    "reading_one_maturing": {
        "en": "One more is not judged yet: its time is not up.",
        "fr": "Un autre n'est pas encore jugé : son délai court.",
    },
    "reading_maturing": {
        "en": "{number} more are not judged yet: their time is not up.",
        "fr": "{number} autres ne sont pas encore jugés : leur délai court.",
    },
    "reading_one_gap": {
        "en": "Nobody was there once, for {time} in all.",
        "fr": "Personne une fois, {time} en tout.",
    },
    "reading_gaps": {
        "en": "Nobody was there {number} times, for {time} in all.",
        "fr": "Personne à {number} reprises, {time} en tout.",
    },
    "more_than_chance": {
        "en": "The difference from the baseline, {difference} points, is more than chance"
        " (between {low} and {high} with 95 % confidence).",
        "fr": "L'écart à la référence, {difference} points, dépasse le hasard"
        " (entre {low} et {high} avec 95 % de confiance).",
    },
    "may_be_chance": {
        "en": "The difference from the baseline, {difference} points, may be chance"
        " (between {low} and {high} with 95 % confidence).",
        "fr": "L'écart à la référence, {difference} points, peut être dû au hasard"
        " (entre {low} et {high} avec 95 % de confiance).",
    },
    # Why a unit is left out, or what is special about it
    "unit_repeat": {"en": "counted once already in this period", "fr": "déjà compté dans cette période"},
    "unit_unless": {"en": "undone by what came later", "fr": "annulé par la suite"},
    "unit_deleted": {"en": "the record was deleted", "fr": "la fiche a été supprimée"},
    "unit_left_open": {
        "en": "never went offline: closed with the window",
        "fr": "jamais mis hors ligne : clos avec la plage",
    },
    "unit_unevidenced": {
        "en": "without evidence, the agreed attempts did not come before",
        "fr": "sans preuve, les tentatives convenues n'ont pas précédé",
    },
    "unit_logged_late": {
        "en": "entered later than the promise allows",
        "fr": "saisi plus tard que l'engagement ne le permet",
    },
    "unit_other_team": {
        "en": "by somebody outside the team that owes",
        "fr": "par quelqu'un hors de l'équipe engagée",
    },
    "unit_cancelled": {"en": "cancelled", "fr": "annulé"},
    "unit_excluded": {"en": "excluded", "fr": "neutralisé"},
    "unit_unmeasurable": {"en": "not measurable", "fr": "non mesurable"},
}


def reason_in_words(reason: str) -> Mapping[str, str]:
    """Why something is left out, in both languages; a reason without words as it is written."""
    return READINGS.get(f"unit_{reason}", {"en": reason, "fr": reason})
