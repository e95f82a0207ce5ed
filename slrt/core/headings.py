"""Pages of the administration that are headed by words where a row's own text is a code."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse


class Headed(admin.ModelAdmin):
    """The page of a row is headed by what `heading` says of it."""

    def heading(self, row: Any) -> str:
        """Return the heading."""
        return str(row)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The row's page."""
        row = self.get_object(request, object_id)
        said = {"subtitle": self.heading(row)} if row else {}
        return super().change_view(request, object_id, form_url, {**said, **(extra_context or {})})
