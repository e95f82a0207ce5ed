"""What a rule may refuse with. Views turn these into a form error, a 403 page or a conflict page."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from slrt.core.sentence import Sentence


class Refusal(Exception):
    """Base of every refusal; `str()` is a plain sentence for the person at the screen."""

    @property
    def sentence(self) -> Sentence:
        """The same, to be kept for whoever reads it later."""
        return Sentence(str(self))


class TransitionNotAllowed(Refusal):
    """The object is not in a state from which this step can be taken."""


class NotPermitted(Refusal):
    """The person sees the row but may not do this; the reason is shown."""

    def __init__(self, reason: Any) -> None:
        super().__init__(str(reason))
        self.reason = str(reason)


class StaleVersion(Refusal):
    """Someone else changed the row after it was shown. `current` is the row as it stands now."""

    def __init__(self, reason: Any, current: Any = None) -> None:
        super().__init__(str(reason))
        self.current = current


class GuardFailed(Refusal):
    """One of the step's conditions does not hold; `field` names the form field it belongs to, or is empty."""

    def __init__(self, field_name: str, message: Any) -> None:
        super().__init__(str(message))
        self.field = field_name
        self.message = str(message)
        self._said = message

    @property
    def sentence(self) -> Sentence:
        """A message that came with its values keeps them."""
        return self._said if isinstance(self._said, Sentence) else super().sentence


class Malformed(ValueError):
    """What a page carries hidden in its form came back as something else; `str()` is a plain sentence.

    A person cannot mend a hidden value, but can open the page anew.
    """

    def __init__(self) -> None:
        super().__init__(_("Isian tersembunyi formulir ini tidak terbaca. Buka lagi halamannya, lalu kirim ulang."))


@dataclass(frozen=True)
class Decision:
    """Yes, or no with the reason. Truthy when allowed."""

    allowed: bool
    reason: str = field(default="")

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Decision(True)


def denied(reason: Any) -> Decision:
    """Return a refusal that carries its reason."""
    return Decision(False, str(reason))
