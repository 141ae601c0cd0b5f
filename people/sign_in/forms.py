"""Whom the forms of the door know."""

from allauth.account.forms import ResetPasswordForm, UserTokenForm

from people.models import User


class AskForLinkForm(ResetPasswordForm):
    """Says the same to everybody; only active people who have a password get a mail."""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        people = User.objects.filter(email__iexact=email, is_active=True)
        self.users = [user for user in people if user.has_usable_password()]
        return email


class LinkForm(UserTokenForm):
    """A link works for somebody who is active, once, and for a time."""

    def _get_user(self, uidb36: str) -> User | None:
        user = super()._get_user(uidb36)
        return user if user is not None and user.is_active else None
