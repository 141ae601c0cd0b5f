"""Template tags that draw the SVG components and the icons."""

from functools import lru_cache

from django import template
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

register = template.Library()


@register.inclusion_tag("charts/periods.svg")
def periods_chart(chart: dict, label: str, target_label: str = "") -> dict:
    """A chart made by core.charts.periods; ``label`` says in words what it shows."""
    return {**chart, "aria_label": label, "target_label": target_label}


@register.inclusion_tag("charts/readings.svg")
def readings_chart(chart: dict, label: str) -> dict:
    """A chart made by core.charts.readings."""
    return {**chart, "aria_label": label}


@register.inclusion_tag("charts/week_strip.svg")
def week_strip_chart(chart: dict, label: str) -> dict:
    """A chart made by core.charts.week_strip."""
    return {**chart, "aria_label": label}


@register.inclusion_tag("charts/timeline.svg")
def timeline_chart(chart: dict, label: str) -> dict:
    """A chart made by core.charts.timeline."""
    return {**chart, "aria_label": label}


@register.inclusion_tag("charts/shares.svg")
def shares_chart(chart: dict, label: str) -> dict:
    """A chart made by core.charts.shares.share_bar."""
    return {**chart, "aria_label": label}


@register.inclusion_tag("charts/spark.svg")
def spark_chart(chart: dict, label: str) -> dict:
    """A chart made by core.charts.shares.spark_bars."""
    return {**chart, "aria_label": label}


@lru_cache(maxsize=128)
def _icon(name: str, size: int) -> SafeString:
    # The markup comes from the installed icon package, never from a user.
    svg = lucide(name, size=size, aria_hidden="true", focusable="false", **{"class": "icon"})
    return mark_safe(svg)  # noqa: S308


@register.simple_tag
def icon(name: str, size: int = 18) -> SafeString:
    """An inline icon, hidden from screen readers: the text beside it must say the same."""
    return _icon(name, size)
