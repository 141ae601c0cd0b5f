"""What figures shown beside a promise are called, in English and French side by side."""

from collections.abc import Mapping

BESIDE: Mapping[str, Mapping[str, str]] = {
    "content_viewed": {"en": "views of the content", "fr": "consultations du contenu"},
    "emails_opened": {"en": "e-mails about it opened", "fr": "e-mails à son sujet ouverts"},
    "events_attended": {"en": "attendances at its events", "fr": "participations à ses événements"},
    "called_important": {
        "en": "published contents that were called important",
        "fr": "contenus publiés qualifiés d'importants",
    },
    "leads_uploaded": {"en": "expected leads uploaded", "fr": "leads attendus importés"},
    "leads_unexpected": {
        "en": "leads uploaded where nobody said how many were expected",
        "fr": "leads importés sans nombre attendu",
    },
    "chats_inside": {
        "en": "chats received inside the agreed hours",
        "fr": "chats reçus pendant les heures convenues",
    },
    "chats_outside": {
        "en": "chats received outside the agreed hours",
        "fr": "chats reçus hors des heures convenues",
    },
    "chats_answered": {"en": "chats answered", "fr": "chats ayant reçu une réponse"},
    "agreed_seconds_week": {
        "en": "agreed hours of an ordinary week",
        "fr": "heures convenues d'une semaine ordinaire",
    },
    "agreed_seconds": {"en": "agreed hours so far", "fr": "heures convenues à ce jour"},
    "staffed_seconds": {"en": "staffed hours so far", "fr": "heures assurées à ce jour"},
}
