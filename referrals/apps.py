from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"
    verbose_name = "Rujukan"

    def ready(self) -> None:
        from households.duplicates.relations import MOVES, declare
        from referrals import workflow  # noqa: F401  (registers the transition table)

        declare("referrals.referral", "family", MOVES)
        declare("referrals.referral", "person", MOVES)
