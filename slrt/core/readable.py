"""What can be read on a page of the administration holds no number; what is typed into its boxes is left to whoever mends it."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from slrt.core.numbers import masked

# A box with what is typed in it, a script, a tag, or what stands between tags.
PARTS = re.compile(r"(<textarea\b[^>]*>.*?</textarea>|<script\b[^>]*>.*?</script>|<[^>]*>)", re.DOTALL | re.IGNORECASE)
SAID = re.compile(r'(\s(?:title|alt|aria-label)=")([^"]*)(")')


def read_masked(page: str) -> str:
    """Return a page with every number masked in its text and in what is read out of its tags; values of boxes stay."""
    parts = PARTS.split(page)
    return "".join(_tag(part) if n % 2 else masked(part) for n, part in enumerate(parts))


def _tag(tag: str) -> str:
    return SAID.sub(lambda found: found[1] + masked(found[2]) + found[3], tag)


class AdministrationMasked:
    """Middleware: lists, headings, histories and questions of the administration, whichever row's name they say."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        here = getattr(request, "resolver_match", None)
        if here is None or here.app_name != "admin" or response.streaming:
            return response
        if response.get("Content-Type", "").startswith("text/html"):
            page = response.content.decode(response.charset)
            said = read_masked(page)
            if said != page:
                response.content = said.encode(response.charset)
                if "Content-Length" in response:
                    response["Content-Length"] = str(len(response.content))
        return response
