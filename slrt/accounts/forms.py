"""Forms of the sign-in pages, and of an assignment."""

from typing import Any

from django import forms
from django.contrib.auth import forms as auth_forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from slrt.accounts.access import may_give_role
from slrt.accounts.models import Assignment, User


class SignInForm(auth_forms.AuthenticationForm):
    """User name and password; one sentence for every wrong pair."""

    error_messages = {
        "invalid_login": _("Nama pengguna atau kata sandi salah. Periksa huruf besar dan kecil, lalu coba lagi."),
        "inactive": _("Akun ini tidak aktif. Hubungi administrator SLRT di kantor Anda."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Nama pengguna")
        self.fields["username"].widget.attrs.update(autocapitalize="none", spellcheck="false", autocomplete="username")
        self.fields["password"].label = _("Kata sandi")

    def get_invalid_login_error(self) -> ValidationError:
        """Who knows the password of a closed account is told so; nobody else learns that it is closed."""
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password", "")
        user = User.objects.filter(username=name, is_active=False).first()
        if user is not None and user.check_password(password):
            return ValidationError(self.error_messages["inactive"], code="inactive")
        return super().get_invalid_login_error()


class PasswordChangeForm(auth_forms.PasswordChangeForm):
    """Old password once, new one twice."""

    field_order = ["old_password", "new_password1", "new_password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (
            ("old_password", _("Kata sandi lama")),
            ("new_password1", _("Kata sandi baru")),
            ("new_password2", _("Kata sandi baru, sekali lagi")),
        ):
            self.fields[name].label = label
        self.fields["new_password1"].help_text = _(
            "Sedikitnya 10 huruf atau angka. Jangan pakai nama Anda atau kata sandi yang umum."
        )
        self.fields["new_password2"].help_text = ""


class AssignmentForm(forms.ModelForm):
    """A role for somebody else; `by` is who fills the form in, set by the administration."""

    by: User

    class Meta:
        model = Assignment
        fields = "__all__"  # noqa: DJ007  (the administration chooses)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        person = data.get("user")
        decision = may_give_role(self.by, person.pk if person else None)
        if not decision:
            self.add_error("user", decision.reason)
        return data
