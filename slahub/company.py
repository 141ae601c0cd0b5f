"""The company's own OpenID Connect provider, as django-allauth wants it told."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def provider(issuer: str, client_id: str, secret: str) -> dict[str, Any]:
    """SOCIALACCOUNT_PROVIDERS; empty without an issuer.

    Raises ImproperlyConfigured for an issuer without its client, or one that is not asked over TLS.
    """
    if not issuer:
        return {}
    if not client_id or not secret:
        raise ImproperlyConfigured("OIDC_ISSUER is set: set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, too.")
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ImproperlyConfigured("OIDC_ISSUER must begin with https://.")
    app = {
        "provider_id": "company",
        "name": "company",
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": issuer, "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app]}}


def origins(issuer: str) -> list[str]:
    """The scheme and host that a sign-in form may lead to."""
    parts = urlsplit(issuer)
    return [f"{parts.scheme}://{parts.netloc}"] if issuer else []
