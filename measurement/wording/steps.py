"""Steps of checklists and what is said of them, in English and French side by side."""

from collections.abc import Mapping

#: The channels of the standard checklist; a company's own steps are called as its terms write them.
_NAMES: Mapping[str, Mapping[str, str]] = {
    "email": {"en": "e-mail", "fr": "e-mail"},
    "portal": {"en": "sales portal", "fr": "portail commercial"},
    "content_map": {"en": "content map", "fr": "carte des contenus"},
    "training": {"en": "recorded training", "fr": "formation enregistrée"},
}

STEPS: Mapping[str, Mapping[str, str]] = {
    "steps_are_due": {
        "en": "{headline}: after {start} of {started} there is this to do: {steps}.",
        "fr": "{headline} : après {start} du {started}, il faut faire : {steps}.",
    },
    "steps_were_due": {
        "en": "{headline}: after {start} of {started} there was this to do: {steps}.",
        "fr": "{headline} : après {start} du {started}, il fallait faire : {steps}.",
    },
    "step_due": {"en": "{step} by {due}", "fr": "{step} au plus tard le {due}"},
    "steps_missing": {"en": "Missing: {steps}.", "fr": "Il manque : {steps}."},
    "steps_never": {
        "en": "The time to make up for it was over on {when}. Never done: {steps}.",
        "fr": "Le délai de rattrapage a pris fin le {when}. Jamais fait : {steps}.",
    },
    "steps_late": {"en": "Done too late: {steps}.", "fr": "Fait en retard : {steps}."},
    "steps_open": {"en": "Still to do: {steps}.", "fr": "Reste à faire : {steps}."},
    "steps_done": {"en": "Done in time: {steps}.", "fr": "Fait à temps : {steps}."},
    "steps_all_done": {
        "en": "All steps were done in time: {steps}.",
        "fr": "Toutes les étapes ont été faites à temps : {steps}.",
    },
    "step_missing": {"en": "{step}, {late} after its deadline", "fr": "{step}, {late} après son échéance"},
    "step_late": {"en": "{step}{by}, {when}, {late} late", "fr": "{step}{by}, {when}, {late} de retard"},
    "step_open": {"en": "{step}, {left} left", "fr": "{step}, encore {left}"},
    "step_done": {"en": "{step}{by}, {when}", "fr": "{step}{by}, {when}"},
    "steps_at_risk": {"en": "At risk since {warn}.", "fr": "À risque depuis le {warn}."},
    "effect_step": {"en": "one step done: {step}", "fr": "une étape faite : {step}"},
    "effect_step_early": {
        "en": "one step done, before the start: {step}",
        "fr": "une étape faite, avant le début : {step}",
    },
    "done_already": {"en": "the step was done already", "fr": "l'étape était déjà faite"},
    # Parts of a whole
    "complete": {
        "en": "It counts as done once {share} are reached ({count} of {of}).",
        "fr": "C'est fait dès que {share} sont atteints ({count} sur {of}).",
    },
    "reached": {
        "en": "So far {sum} of {of} ({share}).",
        "fr": "À ce jour {sum} sur {of} ({share}).",
    },
    "reached_of_unknown": {
        "en": "So far {sum}; nobody has said of how many.",
        "fr": "À ce jour {sum} ; le total attendu n'est pas connu.",
    },
    "effect_part": {
        "en": "a part only: {sum} of {of} so far",
        "fr": "une partie seulement : {sum} sur {of} à ce jour",
    },
    # A newer version
    "moved": {
        "en": "Version {new} of the agreement counts since {when}; under version {old} it was due by {due}.",
        "fr": "La version {new} de l'accord s'applique depuis le {when} ; selon la version {old}, l'échéance"
        " était le {due}.",
    },
    "moved_held": {
        "en": "Version {new} of the agreement counts since {when}, instead of version {old}.",
        "fr": "La version {new} de l'accord s'applique depuis le {when}, au lieu de la version {old}.",
    },
    "effect_moved": {
        "en": "from here on a newer version of the agreement counts, instead of version {old}",
        "fr": "à partir d'ici une version plus récente de l'accord remplace la version {old}",
    },
}


def step_name(value: str, language: str) -> str:
    """What a step is called: "recorded training"; as the terms write it where it has no words."""
    return _NAMES.get(value, {}).get(language, value)
