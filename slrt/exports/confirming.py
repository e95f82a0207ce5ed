"""How a register's sheet is confirmed: what the preview showed lies beside the file, and a confirmation that comes too late is answered
with a new preview.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from import_export.admin import ImportExportModelAdmin

from slrt.core.numbers import masked
from slrt.core.sealed import Unsealable
from slrt.exports.preview import changed_since
from slrt.exports.sheets import Unreadable
from slrt.exports.shown import read, written
from slrt.exports.uploaded import SealedUpload


class ConfirmedAsShown(ImportExportModelAdmin):
    """A register whose confirmed sheet is saved only over the rows that its preview showed."""

    tmp_storage_class = SealedUpload

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Preview a sheet, and keep what was shown for its confirmation."""
        answer: Any = super().import_action(request, **kwargs)
        shown = answer.context_data
        if "confirm_form" in shown:
            waiting = SealedUpload(name=shown["confirm_form"].initial["import_file_name"])
            waiting.keep_shown(written(shown["result"].stored))
        return answer

    def get_confirm_form_initial(self, request: HttpRequest, import_form: Any) -> dict[str, Any]:
        """What the confirmation carries; the file's name without the number that may stand in it."""
        carried = super().get_confirm_form_initial(request, import_form)
        return {**carried, "original_file_name": masked(carried.get("original_file_name", ""))}

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        given = {**super().get_import_data_kwargs(**kwargs), "rollback_on_validation_errors": True}
        waiting = kwargs["form"].cleaned_data.get("import_file_name")
        return {**given, "shown": read(SealedUpload(name=waiting).shown())} if waiting else given

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Apply a confirmed file; one that is gone or altered meanwhile is asked for again."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = self.create_confirm_form(request)
        if not form.is_valid():
            return self._back(request, _("Berkasnya sudah tidak ada. Unggah lagi."))
        try:
            self._keep_at_hand(request, form.cleaned_data)
            return super().process_import(request, **kwargs)
        except (FileNotFoundError, Unsealable, Unreadable):
            return self._back(request, _("Berkasnya sudah tidak ada. Unggah lagi."))

    def process_result(self, result: Any, request: HttpRequest) -> HttpResponse:
        """Say what was applied, or that nothing was and why, with a new preview: others saved since the one confirmed."""
        if not (result.has_errors() or result.has_validation_errors()):
            return super().process_result(result, request)
        answer: Any = self.import_action(request)
        answer.context_data["changed"] = changed_since(self.get_import_resource_classes(request)[0](), result)
        return answer

    def _keep_at_hand(self, request: HttpRequest, confirmed: dict[str, Any]) -> None:
        """The confirmed file, as if uploaded, should it have to be looked at again."""
        data = SealedUpload(name=confirmed["import_file_name"], read_mode="rb").read()
        request.FILES["import_file"] = SimpleUploadedFile(confirmed["original_file_name"], data)

    def _back(self, request: HttpRequest, sentence: str) -> HttpResponse:
        messages.error(request, sentence)
        return HttpResponseRedirect(reverse("admin:{}_{}_import".format(*self.get_model_info())))
