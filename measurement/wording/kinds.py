"""What an event is called within a sentence."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Noun(NamedTuple):
    """A noun with its articles: "the call", "a call", "l'appel", "un appel"."""

    the: str
    a: str
    le: str
    un: str


_NOUNS: Mapping[str, Noun] = {
    "request.received": Noun(
        "the contact request", "a contact request", "la demande de contact", "une demande de contact"
    ),
    "lead.created": Noun("the creation of the lead", "a new lead", "la création du lead", "un nouveau lead"),
    "lead.qualified": Noun(
        "the handoff of the MQL", "a handoff as MQL", "le transfert du MQL", "un transfert comme MQL"
    ),
    "lead.assigned": Noun("the assignment", "an assignment", "l'attribution", "une attribution"),
    "lead.accepted": Noun(
        "the acceptance of the lead", "an acceptance", "l'acceptation du lead", "une acceptation"
    ),
    "lead.rejected": Noun("the rejection of the lead", "a rejection", "le rejet du lead", "un rejet"),
    "lead.recycled": Noun("the recycling of the lead", "a recycling", "le recyclage du lead", "un recyclage"),
    "lead.converted": Noun(
        "the conversion of the lead", "a conversion", "la conversion du lead", "une conversion"
    ),
    "call.made": Noun("the call", "a call", "l'appel", "un appel"),
    "email.sent": Noun("the e-mail", "an e-mail", "l'e-mail", "un e-mail"),
    "message.sent": Noun("the message", "a message", "le message", "un message"),
    "meeting.booked": Noun(
        "the booking of the meeting", "a booked meeting", "la prise de rendez-vous", "un rendez-vous pris"
    ),
    "meeting.held": Noun("the meeting", "a meeting held", "le rendez-vous", "un rendez-vous tenu"),
    "meeting.listened": Noun(
        "the meeting listened to", "a meeting listened to", "le rendez-vous écouté", "un rendez-vous écouté"
    ),
    "call.received": Noun("the inbound call", "an inbound call", "l'appel entrant", "un appel entrant"),
    "call.answered": Noun(
        "the answer to the call", "an answer to the call", "la réponse à l'appel", "une réponse à l'appel"
    ),
    "call.abandoned": Noun(
        "the caller's hanging up", "a caller's hanging up", "l'abandon de l'appel", "un abandon de l'appel"
    ),
    "chat.online": Noun("the coming online", "a coming online", "la mise en ligne", "une mise en ligne"),
    "chat.offline": Noun("the going offline", "a going offline", "la mise hors ligne", "une mise hors ligne"),
    "chat.received": Noun("the chat message", "a chat message", "le message du chat", "un message du chat"),
    "chat.answered": Noun(
        "the answer in the chat",
        "an answer in the chat",
        "la réponse dans le chat",
        "une réponse dans le chat",
    ),
    "account.created": Noun(
        "the creation of the account", "a new account", "la création du compte", "un nouveau compte"
    ),
    "contact.created": Noun(
        "the creation of the contact", "a new contact", "la création du contact", "un nouveau contact"
    ),
    "contact.joined": Noun(
        "the contact's arrival", "a contact's arrival", "l'arrivée du contact", "une arrivée"
    ),
    "contact.left": Noun(
        "the contact's departure", "a contact's departure", "le départ du contact", "un départ"
    ),
    "email.bounced": Noun("the bounced e-mail", "a bounced e-mail", "l'e-mail rejeté", "un e-mail rejeté"),
    "campaign.ended": Noun(
        "the end of the event", "the end of an event", "la fin de l'événement", "la fin d'un événement"
    ),
    "campaign.leads_uploaded": Noun(
        "the upload of the leads", "an upload of the leads", "l'import des leads", "un import des leads"
    ),
    "deal.created": Noun(
        "the opening of the deal", "a new deal", "l'ouverture de l'affaire", "une nouvelle affaire"
    ),
    "deal.stage_changed": Noun(
        "the change of stage", "a change of stage", "le changement d'étape", "un changement d'étape"
    ),
    "deal.won": Noun("the winning of the deal", "a won deal", "le gain de l'affaire", "une affaire gagnée"),
    "deal.lost": Noun("the loss of the deal", "a lost deal", "la perte de l'affaire", "une affaire perdue"),
    "deal.reason_recorded": Noun(
        "the recording of the reason", "a recorded reason", "la saisie du motif", "un motif saisi"
    ),
    "content.published": Noun("the publication", "a publication", "la publication", "une publication"),
    "content.announced": Noun("the announcement", "an announcement", "l'annonce", "une annonce"),
    "content.viewed": Noun(
        "the view of the content", "a view of the content", "la consultation du contenu", "une consultation"
    ),
    "email.opened": Noun(
        "the opening of the e-mail", "an opened e-mail", "l'ouverture de l'e-mail", "un e-mail ouvert"
    ),
    "email.clicked": Noun(
        "the click in the e-mail", "a click in an e-mail", "le clic dans l'e-mail", "un clic dans un e-mail"
    ),
    "page.viewed": Noun(
        "the visit of the page", "a visit of a page", "la visite de la page", "une visite de page"
    ),
    "form.submitted": Noun(
        "the submitted form", "a submitted form", "le formulaire envoyé", "un formulaire envoyé"
    ),
    "event.attended": Noun("the attendance", "an attendance", "la participation", "une participation"),
    "intent.surged": Noun(
        "the surge of intent", "a surge of intent", "le pic d'intention", "un pic d'intention"
    ),
    "competitor.detected": Noun(
        "the sign of a competitor",
        "a sign of a competitor",
        "le signe d'un concurrent",
        "un signe d'un concurrent",
    ),
    "event.retracted": Noun("the retraction", "a retraction", "le retrait", "un retrait"),
    "record.deleted": Noun(
        "the deletion of the record", "a deletion", "la suppression de la fiche", "une suppression"
    ),
}
_OR = {"en": "or", "fr": "ou"}

Names = Mapping[str, Mapping[str, str]]
"""What a company calls its own kinds: {kind: {"en": …, "fr": …}}."""


def known_nouns() -> frozenset[str]:
    """The kinds that have words of their own."""
    return frozenset(_NOUNS)


def the(kind: str, language: str, names: Names) -> str:
    """The event that happened: "the call"."""
    noun = _NOUNS.get(kind)
    if noun is None or kind in names:
        return _own(kind, language, names)
    return noun.le if language == "fr" else noun.the


def a(kind: str, language: str, names: Names) -> str:
    """An event of the kind: "a call"."""
    noun = _NOUNS.get(kind)
    if noun is None or kind in names:
        return _own(kind, language, names)
    return noun.un if language == "fr" else noun.a


def any_of(kinds: Sequence[str], language: str, names: Names) -> str:
    """ "a call, an e-mail or a booked meeting"."""
    words = list(dict.fromkeys(a(kind, language, names) for kind in kinds))
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {_OR[language]} {words[-1]}"


def _own(kind: str, language: str, names: Names) -> str:
    called = names.get(kind, {}).get(language) or kind
    return f"« {called} »" if language == "fr" else f"“{called}”"
