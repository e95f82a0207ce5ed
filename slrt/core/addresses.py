"""No address holds a NIK or KK number: it would stand in the browser's history, in the logs of every proxy and in what links carry on."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from slrt.core.numbers import holds_one


class NumberlessAddress:
    """Middleware: what is asked for with a number leads to the same page without it; what is sent there arrives without it.

    After the messages' own, which it needs.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.copy()
        for name in [name for name in asked if any(map(holds_one, (name, *asked.getlist(name))))]:
            del asked[name]
        if len(asked) == len(request.GET):
            return self.get_response(request)
        if request.method in ("GET", "HEAD"):
            said = _(
                "NIK dan nomor KK tidak dicari di sini: yang dicari tertulis di alamat halaman. Cari dengan nama atau kode."
            )
            messages.warning(request, said)
            return HttpResponseRedirect(f"{request.path}?{asked.urlencode()}" if asked else request.path)
        request.META["QUERY_STRING"], request.GET = asked.urlencode(), asked  # type: ignore[assignment]
        return self.get_response(request)
