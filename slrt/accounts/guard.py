"""django-axes, which holds back whoever tries passwords, under the name that the administration shows."""

from axes.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SignInGuardConfig(AppConfig):
    """The guard of the sign-in page."""

    verbose_name = _("Keamanan masuk")
