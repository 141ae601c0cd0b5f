"""Forms of setting up: who comes in, which teams there are, by whom mails are sent."""

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from people.enums import Role, Scope, Side
from people.memberships import teams_under
from people.models import Team, User

SIDES = ((Side.MARKETING, _("marketing")), (Side.SALES, _("sales")), (Side.OTHER, _("other")))
ROLES = ((Role.REP, _("member")), (Role.MANAGER, _("manager")))
SCOPES = (
    (Scope.FACTS_WRITE, _("send facts (facts:write)")),
    (Scope.READ, _("read verdicts and facts, without names (read)")),
    (Scope.PEOPLE_READ, _("read names too (people:read)")),
    (Scope.BREACHES_WRITE, _("act on exceptions (breaches:write)")),
    (Scope.DEFINITIONS_WRITE, _("write agreements as drafts (definitions:write)")),
)


def zones() -> list[tuple[str, str]]:
    """Time zones by their names, UTC first."""
    return [("UTC", "UTC"), *((zone, zone) for zone in sorted(available_timezones()) if "/" in zone)]


def _date(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class PreferencesForm(forms.Form):
    """How somebody is called, and in which language and zone they read."""

    name = forms.CharField(
        label=_("Your name"), max_length=255, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    timezone = forms.ChoiceField(
        label=_("Time zone"), choices=zones, help_text=_("Times are shown and mails are sent in it.")
    )


class PasswordForm(PreferencesForm):
    """The same with a password, typed twice."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The same password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["password"].help_text = " ".join(map(str, password_validators_help_texts()))

    def whose(self) -> User:
        """The person whose password it will be: it must not resemble them."""
        return User(name=self.cleaned_data.get("name", ""))

    def clean(self) -> dict[str, Any]:
        """Both are the same, and nobody guesses them."""
        given = super().clean() or self.cleaned_data
        password, again = given.get("password"), given.get("again")
        if password and again and password != again:
            self.add_error("again", _("The two passwords differ: type the same one twice."))
        elif password:
            try:
                validate_password(password, self.whose())
            except ValidationError as error:
                self.add_error("password", error)
        return given


class FirstForm(PasswordForm):
    """The first administrator, who shows the code of the installation."""

    code = forms.CharField(
        label=_("One-time code"),
        max_length=64,
        help_text=_("It stands in the terminal in which SLA Hub was started."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("With it you sign in."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    field_order = ("code", "email", "name", "password", "again", "language", "timezone")

    def whose(self) -> User:
        return User(name=self.cleaned_data.get("name", ""), email=self.cleaned_data.get("email", ""))


class WelcomeForm(PasswordForm):
    """What an invited person chooses."""

    field_order = ("name", "password", "again", "language", "timezone")

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user

    def whose(self) -> User:
        return self.user


class TeamForm(forms.Form):
    """One team; its slug is chosen once and stays."""

    name = forms.CharField(label=_("Name"), max_length=200)
    slug = forms.SlugField(
        label=_("Key"),
        max_length=64,
        help_text=_("As the CRM and agreements name it: letters, digits, - and _. It stays."),
    )
    side = forms.ChoiceField(label=_("Side"), choices=SIDES)
    parent = forms.ModelChoiceField(
        label=_("Belongs to"),
        queryset=Team.objects.none(),
        required=False,
        help_text=_("Managers of that team see this one too."),
    )
    timezone = forms.ChoiceField(label=_("Time zone"), choices=zones)
    report_hour = forms.IntegerField(
        label=_("Hour of the daily report"),
        min_value=0,
        max_value=23,
        initial=8,
        help_text=_("On the clock of its zone, 0 to 23."),
    )

    def __init__(self, *args: Any, team: Team | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.team = team
        above: Any = self.fields["parent"]
        above.queryset = Team.objects.order_by("name")
        above.empty_label = _("no other team")
        if team is not None:
            del self.fields["slug"]

    def clean_slug(self) -> str:
        """Slugs are unique."""
        slug = self.cleaned_data["slug"]
        if Team.objects.filter(slug=slug).exists():
            raise ValidationError(_("There is a team %(slug)s already; use another key.") % {"slug": slug})
        return slug

    def clean_parent(self) -> Team | None:
        """A team is never below itself."""
        parent = self.cleaned_data["parent"]
        if parent and self.team and parent.pk in teams_under(self.team.pk):
            raise ValidationError(_("%(team)s is this team or below it; choose another.") % {"team": parent})
        return parent


class JoinForm(forms.Form):
    """Somebody belongs to a team from a day on."""

    user = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none())
    role = forms.ChoiceField(label=_("Role"), choices=ROLES)
    since = _date(label=_("Since"), help_text=_("Acts before that day do not count as this team's."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        people: Any = self.fields["user"]
        people.queryset = User.objects.filter(is_active=True).order_by("name", "email")
        people.label_from_instance = lambda user: f"{user.name} ({user.email})" if user.name else user.email


class PersonForm(forms.Form):
    """Somebody new, in a team, asked to come in."""

    email = forms.EmailField(label=_("E-mail"), help_text=_("As the CRM knows them."))
    name = forms.CharField(label=_("Name"), max_length=255)
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none(), required=False)
    role = forms.ChoiceField(label=_("Role"), choices=ROLES)
    since = _date(label=_("Since"), help_text=_("Acts before that day do not count as the team's."))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    timezone = forms.ChoiceField(label=_("Time zone"), choices=zones)
    invite = forms.BooleanField(
        label=_("Invite them by mail now: the link works once, for seven days"), required=False, initial=True
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        teams: Any = self.fields["team"]
        teams.queryset = Team.objects.order_by("name")
        teams.empty_label = _("no team")

    def clean_email(self) -> str:
        """One person an address."""
        email = self.cleaned_data["email"]
        if User.objects.filter(email__iexact=email).exists():
            raise ValidationError(
                _("%(email)s is known already: invite them, or give them a team, in the list below.")
                % {"email": email}
            )
        return email


class TokenForm(forms.Form):
    """The key of a program."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("Who will use it, such as hubspot."))
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=SCOPES,
        widget=forms.CheckboxSelectMultiple,
        initial=[Scope.FACTS_WRITE.value, Scope.READ.value],
    )
    expires_on = _date(label=_("Works until"), required=False, help_text=_("Empty: until it is revoked."))

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today

    def clean_expires_on(self) -> date | None:
        """A day to come."""
        day = self.cleaned_data["expires_on"]
        if day is not None and day <= self.today:
            raise ValidationError(_("That day is over: choose a later one, or none."))
        return day


class SenderForm(forms.Form):
    """Who mails are from."""

    name = forms.CharField(label=_("Name"), max_length=100, required=False)
    address = forms.EmailField(
        label=_("Address"), help_text=_("Of your own domain, and one that your mail server may send from.")
    )

    def clean_name(self) -> str:
        """One line: it stands in a header."""
        return " ".join(self.cleaned_data["name"].split())


class TestMailForm(forms.Form):
    """Whom to send a test mail."""

    to = forms.EmailField(label=_("To"))
