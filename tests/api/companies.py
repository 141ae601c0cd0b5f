"""Agreements and people that several stories begin with."""

from tests.api.story import Story

LONDON = """
  london:
    timezone: Europe/London
    week: {mon: ["09:00-17:30"], tue: ["09:00-17:30"], wed: ["09:00-17:30"], thu: ["09:00-17:30"], fri: ["09:00-17:30"]}
    holidays: {country: GB, subdivision: ENG}"""
PARIS = """
  paris:
    timezone: Europe/Paris
    week: {mon: ["09:00-12:30", "13:30-18:00"], tue: ["09:00-12:30", "13:30-18:00"], wed: ["09:00-12:30", "13:30-18:00"], thu: ["09:00-12:30", "13:30-18:00"], fri: ["09:00-12:30", "13:30-18:00"]}
    holidays: {country: FR}"""
NIGHTS = """
  nights:
    timezone: Europe/Paris
    week: {fri: ["22:00-06:00"], sat: ["22:00-06:00"], sun: ["22:00-06:00"]}"""
ALWAYS = """
  always:
    timezone: Europe/Paris
    week: {mon: ["00:00-24:00"], tue: ["00:00-24:00"], wed: ["00:00-24:00"], thu: ["00:00-24:00"], fri: ["00:00-24:00"], sat: ["00:00-24:00"], sun: ["00:00-24:00"]}"""


def agreement(*commitments: str, calendars: str = LONDON, since: str = "2026-01-01") -> str:
    """The YAML of an agreement between marketing and sales."""
    lines = "\n".join(f"  - {{{each}}}" for each in commitments)
    return f"""
agreement: smarketing
title: Between marketing and sales
parties: [marketing, sales]
effective_from: {since}
form: short
calendars:{calendars}
commitments:
{lines}
"""


def response(key: str, within: str, *more: str, start: str = "request.received") -> str:
    """A promise of sales: a call or a booked meeting after a request, unless ``more`` says otherwise."""
    given = ", ".join(more)
    stop = "" if "stop:" in given else ", stop: {events: [call.made, meeting.booked]}"
    tail = f", {given}" if given else ""
    owner = "" if "owner:" in given else ", owner: sales"
    return f"key: {key}, kind: response{owner}, start: {{event: {start}}}{stop}, within: {within}{tail}"


def staff(story: Story) -> None:
    """Rae and Sam sell, Mia does marketing, since long ago."""
    story.sync(
        "members",
        *(
            {
                "external_id": name,
                "email": f"{name}@example.com",
                "name": name.title(),
                "team": team,
                "updated_at": "2025-01-01T00:00:00Z",
            }
            for name, team in (("rae", "sales"), ("sam", "sales"), ("mia", "marketing"))
        ),
    )


def contacts(story: Story, *names: str, **fields: object) -> None:
    story.sync(
        "contacts",
        *({"external_id": name, "updated_at": "2025-06-01T00:00:00Z", **fields} for name in names),
    )
