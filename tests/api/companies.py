"""Agreements and people that several stories begin with."""

from tests.api.story import Story

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def calendar(key: str, timezone: str, windows: str, *more: str, days: tuple[str, ...] = DAYS[:5]) -> str:
    """One calendar with the same windows on each of the days, as YAML."""
    week = ", ".join(f"{day}: [{windows}]" for day in days)
    lines = [f"  {key}:", f"timezone: {timezone}", f"week: {{{week}}}", *more]
    return "\n" + "\n    ".join(lines)


LONDON = calendar("london", "Europe/London", '"09:00-17:30"', "holidays: {country: GB, subdivision: ENG}")
PARIS = calendar("paris", "Europe/Paris", '"09:00-12:30", "13:30-18:00"', "holidays: {country: FR}")
NIGHTS = calendar("nights", "Europe/Paris", '"22:00-06:00"', days=DAYS[4:])
ALWAYS = calendar("always", "Europe/Paris", '"00:00-24:00"', days=DAYS)


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
    stop = (
        ""
        if any(each.startswith("stop:") for each in more)
        else ", stop: {events: [call.made, meeting.booked]}"
    )
    tail = f", {given}" if given else ""
    owner = "" if any(each.startswith("owner:") for each in more) else ", owner: sales"
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
