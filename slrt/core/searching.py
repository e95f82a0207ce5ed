"""Lists of the administration: what is searched for there stands in the address, so a NIK or KK number is not searched for."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from slrt.core.numbers import holds_one


class SearchedInAddress(admin.ModelAdmin):
    """A list whose box takes no such number (templates/admin/search_form.html); an address that holds one leads to the list without it.

    The browser keeps the address it was led to, and no link of the page repeats the other.
    """

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list."""
        asked = request.GET.copy()
        for name in [name for name in asked if any(map(holds_one, (name, *asked.getlist(name))))]:
            del asked[name]
        if len(asked) == len(request.GET):
            return super().changelist_view(request, extra_context)
        said = _(
            "NIK dan nomor KK tidak dicari di sini: yang dicari tertulis di alamat halaman. Cari dengan nama atau kode."
        )
        messages.warning(request, said)
        return HttpResponseRedirect(f"{request.path}?{asked.urlencode()}" if asked else request.path)
