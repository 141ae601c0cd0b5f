"""Records whose personal data was erased: recognised by what their source calls them, stored without it."""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping

from django.conf import settings
from django.db import connection

Name = tuple[str, str]  # type of record, external id

ANY = "SELECT EXISTS (SELECT FROM leads_erasure WHERE source = %s)"
FOUND = "SELECT digest, ref_id FROM leads_erasure WHERE source = %s AND digest = ANY (%s)"
CALLED = "SELECT id, external_id FROM leads_ref WHERE id = ANY (%s)"
KEPT = "SELECT ref_id, kept FROM leads_erasure WHERE ref_id = ANY (%s::bigint[])"


def digest_of(source: str, type_: str, external_id: str) -> str:
    """The keyed hash under which an erased record is still known; nobody can read the id out of it."""
    said = f"erasure\x00{source}\x00{type_}\x00{external_id}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).hexdigest()


def erased_names(source: str, names: Iterable[Name]) -> dict[Name, int]:
    """Of names that no reference has those of erased records, with their ref ids."""
    with connection.cursor() as cursor:
        cursor.execute(ANY, [source])
        if not cursor.fetchone()[0]:
            return {}
        by_digest = {digest_of(source, *name): name for name in names}
        cursor.execute(FOUND, [source, list(by_digest)])
        return {by_digest[digest]: ref for digest, ref in cursor.fetchall()}


def erased_refs(refs: Collection[int]) -> Mapping[int, frozenset[str]]:
    """Of these references those that were erased, with the free fields that stay."""
    if not refs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(KEPT, [f"{{{','.join(map(str, refs))}}}"])
        return {ref: frozenset(kept) for ref, kept in cursor.fetchall()}


def pseudonyms(source: str, contacts: Iterable[str]) -> dict[str, str]:
    """Of these ids of contacts those that were erased, with the names they stand under since."""
    refs = {
        name: ref
        for (_type, name), ref in erased_names(source, (("contact", one) for one in contacts)).items()
    }
    if not refs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(CALLED, [list(refs.values())])
        called: dict[int, str] = dict(cursor.fetchall())
    return {name: called[ref] for name, ref in refs.items()}
