"""Acts at the door in words."""

from django import template

from core.models import AuditEntry
from people.sign_in.words import in_words

register = template.Library()


@register.filter(name="in_words")
def _in_words(entry: AuditEntry) -> str:
    return in_words(entry.verb, entry.after or {})
