"""No address holds a NIK or KK number: it would stand in the browser's history, in the logs of every proxy and in what links carry on."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from slrt.core.numbers import holds_one

LEADS_ON = "next"  # to which page somebody goes afterwards; what is sent means the same without it


class NumberlessAddress:
    """Middleware: what is asked for with a number leads to the same page without it; what is sent there is not found.

    Without its number an address means other rows, all of a list for one: a file or a deed of all was not asked for. After the
    messages' own, which it needs.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.copy()
        named = [name for name in asked if any(map(holds_one, (name, *asked.getlist(name))))]
        if not named:
            return self.get_response(request)
        for name in named:
            del asked[name]
        if request.method in ("GET", "HEAD"):
            said = _(
                "NIK dan nomor KK tidak dicari di sini: yang dicari tertulis di alamat halaman. Cari dengan nama atau kode."
            )
            messages.warning(request, said)
            return HttpResponseRedirect(f"{request.path}?{asked.urlencode()}" if asked else request.path)
        if named != [LEADS_ON]:
            raise Http404
        request.META["QUERY_STRING"], request.GET = asked.urlencode(), asked  # type: ignore[assignment]
        return self.get_response(request)
