"""Sides, roles and scopes; standard library only."""

from enum import StrEnum


class Side(StrEnum):
    MARKETING = "marketing"
    SALES = "sales"
    OTHER = "other"


class Role(StrEnum):
    REP = "rep"
    MANAGER = "manager"


class MembershipOrigin(StrEnum):
    CRM = "crm"
    HAND = "hand"


class AbsenceKind(StrEnum):
    AWAY = "away"
    LEFT = "left"


class Scope(StrEnum):
    FACTS_WRITE = "facts:write"
    READ = "read"
    PEOPLE_READ = "people:read"
    BREACHES_WRITE = "breaches:write"
    DEFINITIONS_WRITE = "definitions:write"
