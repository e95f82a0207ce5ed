"""The two forms of a register: which file comes in, which columns go out."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from import_export.forms import ImportForm, SelectableFieldsExportForm

from slrt.exports.columns import columns
from slrt.exports.grounds import Grounds
from slrt.exports.sheets import Unreadable, is_workbook
from slrt.exports.values import Listed

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


class RegisterDownload(SelectableFieldsExportForm, Grounds):
    """Why the sheet leaves, the kind of file and its columns; those that say which row is meant stay in."""

    media = forms.Media()

    def __init__(self, formats: Any, resources: Any, **kwargs: Any) -> None:
        super().__init__(formats, resources, **kwargs)
        kind: Any = self.fields["format"]
        kind.label = _("Bentuk berkas")
        kind.choices = [(WORKBOOK, _("XLSX, lembar kerja")), (SEPARATED, _("CSV, dipisah titik koma"))]
        kind.initial = WORKBOOK
        for resource in resources:
            for name in resource().get_import_id_fields():
                self.fields[self.create_boolean_field_name(resource, name)].disabled = True

    def grounds(self) -> list[forms.BoundField]:
        """The questions why, for the page."""
        return [self["purpose"], self["basis"]]

    def _get_field_label(self, resource: Any, field_name: str) -> str:
        return next((column.label for column in columns(resource()) if column.code == field_name), field_name)


class RegisterRow(forms.ModelForm):
    """One row in the administration's form: the rules its sheet has beyond the fields (`faults`) hold here as well."""

    resource: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = self.resource()
        self.lists = [
            name for name in self.fields if name in known.fields and isinstance(known.fields[name].widget, Listed)
        ]
        for name in self.lists:
            self.fields[name].required = False  # an empty list is a value like another

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # the stubs leave it out
        for name in self.lists:
            if getattr(self.instance, name) is None:
                setattr(self.instance, name, [])
            if not isinstance(getattr(self.instance, name), list):
                self.add_error(name, _("Harus berupa daftar JSON, misalnya [] atau [{...}]."))
        if set(self.lists) & set(self.errors):
            return
        for name, sentences in self.resource().faults(self.instance).items():
            if name in self.fields and name not in self.errors:
                self.add_error(name, sentences)


def row_form(register: Any) -> type[RegisterRow]:
    """Return the form of a register's rows, by its `RegisterResource`."""
    return type(f"{register.__name__}Form", (RegisterRow,), {"resource": register})
