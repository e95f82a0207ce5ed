"""The two forms of a register: which file comes in, which columns go out."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from import_export.forms import ImportForm, SelectableFieldsExportForm

from slrt.exports.columns import named
from slrt.exports.sheets import Unreadable, is_workbook

WORKBOOK, SEPARATED = "0", "1"  # places in RegisterAdmin's formats


class RegisterUpload(ImportForm):
    """A file. Its kind follows from what is in it, so nobody chooses one."""

    media = forms.Media()
    field_order = None

    def __init__(self, formats: Any, resources: Any, **kwargs: Any) -> None:
        super().__init__(formats, resources, **kwargs)
        file = self.fields["import_file"]
        file.label = _("Berkas")
        file.widget.attrs = {"accept": ".xlsx,.csv"}
        file.error_messages.update(
            required=_("Pilih dulu berkasnya."),
            empty=_("Berkas ini kosong. Unduh dulu daftarnya sebagai berkas, isi, lalu unggah."),
        )
        self.fields["format"] = forms.CharField(required=False, widget=forms.HiddenInput())

    def clean_import_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["import_file"]
        try:
            self.workbook = is_workbook(file.read(settings.REGISTER_MAX_BYTES + 1))
        except Unreadable as fault:
            raise forms.ValidationError(str(fault)) from None
        file.seek(0)
        return file

    def clean(self) -> dict[str, Any]:
        if "import_file" in self.cleaned_data:
            self.cleaned_data["format"] = WORKBOOK if self.workbook else SEPARATED
        return self.cleaned_data


class RegisterDownload(SelectableFieldsExportForm):
    """The kind of file and its columns; those that say which row is meant stay in."""

    media = forms.Media()

    def __init__(self, formats: Any, resources: Any, **kwargs: Any) -> None:
        super().__init__(formats, resources, **kwargs)
        self.fields["format"].label = _("Bentuk berkas")
        self.fields["format"].choices = [(WORKBOOK, _("XLSX, lembar kerja")), (SEPARATED, _("CSV, teks"))]
        self.fields["format"].initial = WORKBOOK
        for resource in resources:
            for name in resource().get_import_id_fields():
                self.fields[self.create_boolean_field_name(resource, name)].disabled = True

    def _get_field_label(self, resource: Any, field_name: str) -> str:
        return named(resource(), field_name)
