"""What the OpenAPI document says of itself, and how it is made."""

from typing import Any

SPECTACULAR: dict[str, Any] = {
    "TITLE": "SLA Hub",
    "DESCRIPTION": "Facts in, verdicts out: marketing–sales commitments measured from the CRM's own facts.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["core.openapi.describe_problems"],  # values of enums stand where they are used
    "SWAGGER_UI_DIST": "SIDECAR",
}
