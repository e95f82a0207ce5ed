from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferralsConfig(AppConfig):
    name = "referrals"
    verbose_name = _("Rujukan")

    def ready(self) -> None:
        from households.duplicates.relations import MOVES, declare
        from referrals import exporting, workflow  # noqa: F401  (registers the list and the transition table)

        declare("referrals.referral", "family", MOVES)
        declare("referrals.referral", "person", MOVES)
