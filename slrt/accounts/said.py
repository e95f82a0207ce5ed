"""What a page says once, kept for whoever it was meant for: the next person on the same phone cannot read it."""

from typing import Any

from django.contrib.messages.storage.cookie import CookieStorage
from django.core import signing


class SaidToOne(CookieStorage):
    """Messages in a cookie that is signed for one person.

    Not with the session: a database that went away right after a step was taken would turn the answer into a fault.
    """

    @property
    def signer(self) -> Any:
        """Of whoever is signed in when the messages are written or read; what was signed for another is thrown away."""
        return signing.get_cookie_signer(salt=f"{self.key_salt}:{self.request.user.pk}")

    @signer.setter
    def signer(self, given: Any) -> None:
        """Django's own knows no person."""
