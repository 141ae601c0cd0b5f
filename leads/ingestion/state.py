"""Fragments of SQL about the histories of records."""


def each_field(fields: str) -> str:
    """A sub-select over every field that a JSON object of fields names: (extra, key, value).

    Attributes are fields of their own (``extra``).
    """
    return f"""(
        SELECT false AS extra, field.key, field.value FROM jsonb_each({fields} - 'attributes') field
        UNION ALL
        SELECT true, field.key, field.value FROM jsonb_each({fields} -> 'attributes') field
    )"""
