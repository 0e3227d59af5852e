from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from staff.passwords import normalise_login


class LoginForm(AuthenticationForm):
    """One field for the three logins; one answer to every wrong attempt."""

    error_messages = {
        "invalid_login": _("This login and this password do not belong together."),
        "inactive": _("This login and this password do not belong together."),
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].label = _("User name, employee number or mobile")
        if self.is_bound:  # the login stands there already: on with the password
            self.fields["username"].widget.attrs.pop("autofocus", None)
            self.fields["password"].widget.attrs["autofocus"] = True

    def clean_username(self) -> str:
        return normalise_login(self.cleaned_data["username"])


class OwnPasswordForm(PasswordChangeForm):
    """Judged by the profile in force; saved by the workflow."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = _("Present password")
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password1"].help_text = ""  # the page lists the rules
        self.fields["new_password2"].label = _("New password again")
        self.fields["new_password2"].help_text = ""

    def validate_password_for_user(
        self,
        user: Any,
        password_field_name: str = "new_password1",  # noqa: S107 — a name
    ) -> None:
        """Say what is wrong with a password where it was chosen, not where it was repeated."""
        super().validate_password_for_user(user, "new_password1")
