"""Forms of the sign-in pages."""

from typing import Any

from django.contrib.auth import forms as auth_forms
from django.utils.translation import gettext_lazy as _


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
