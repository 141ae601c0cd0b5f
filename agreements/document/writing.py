"""Plain values as YAML that reads back as the same values: short lists on one line, dates unquoted."""

import io
import re
from contextlib import suppress
from datetime import date
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.representer import SafeRepresenter

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

# Words and numbers of YAML 1.1: quoted, so that older readers take them as texts as well.
_AMBIGUOUS = re.compile(
    r"(?i:y|n|yes|no|on|off|true|false|null|~|=|<<|)|[-+.]?[0-9][0-9_,.:eExXoO+-]*", re.ASCII
)

_PLAIN = re.compile(r"\w[\w .:/<>=%+-]*|[<>]=? ?\d+%?")
_ONE_LINE = 72  # short lists and mappings of plain values are written on one line
_WIDTH = 1_000_000  # no line is folded: a folded text is not worth the risk of reading back differently


class _Representer(SafeRepresenter):
    """Chooses the style of each text; mappings keep their order; what is there twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(representer: _Representer, text: str) -> Any:
    if _is_date(text):
        return representer.represent_scalar("tag:yaml.org,2002:timestamp", text)
    return representer.represent_scalar("tag:yaml.org,2002:str", text, style=_style(text))


def _represent_mapping(representer: _Representer, mapping: dict[str, Any]) -> Any:
    pairs = [part for pair in mapping.items() for part in pair]
    return representer.represent_mapping("tag:yaml.org,2002:map", mapping.items(), flow_style=_fits(pairs))


def _represent_list(representer: _Representer, items: list[Any]) -> Any:
    return representer.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=_fits(items))


def _fits(values: list[Any]) -> bool:
    """Whether plain values stand on one line: ``[call.made, email.sent]``, ``{event: lead.qualified}``."""
    return (
        bool(values)
        and all(isinstance(value, str | int) and _PLAIN.fullmatch(str(value)) for value in values)
        and sum(len(str(value)) + 2 for value in values) <= _ONE_LINE
    )


_Representer.add_representer(str, _represent_text)
_Representer.add_representer(dict, _represent_mapping)
_Representer.add_representer(list, _represent_list)


def write_yaml(data: Any) -> str:
    """The document's text; ``read_yaml`` of it gives the same data."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Representer = _Representer
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump(data, stream)
    return stream.getvalue()


def _is_date(text: str) -> bool:
    with suppress(ValueError):
        return bool(_DATE.fullmatch(text) and date.fromisoformat(text))
    return False


def _style(text: str) -> str | None:
    if _reads_as_block(text):
        return "|"
    return '"' if _AMBIGUOUS.fullmatch(text) or not text.isprintable() else None


def _reads_as_block(text: str) -> bool:
    """Several lines of ordinary text; anything unusual goes between quotes."""
    return (
        "\n" in text.strip()
        and text == text.strip() + "\n" * text.endswith("\n")
        and text.replace("\n", "").isprintable()
    )
