"""What is said at start of an emblem that no letter will carry."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

from slrt.letters.letterhead import emblem_file


@register()
def emblem_can_be_read(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A path that leads to no picture is most likely a mistake; letters go out without an emblem."""
    if settings.LETTER_LOGO and emblem_file() is None:
        hint = "Give the path of a PNG or JPEG, or leave it empty."
        return [Warning("SLRT_LETTER_LOGO is no picture that can be read.", hint=hint, id="slrt.W001")]
    return []
