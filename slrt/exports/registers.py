"""Reference tables and small registers as sheets: out, changed by hand, in again after a preview (django-import-export).

What all of them share: a faulty row is answered with its line, column and a sentence and then nothing of the file is applied;
a confirmed file leaves one line in the trail, in the same transaction; between preview and confirmation the file lies encrypted.
"""

import json
import re
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import FieldError, ValidationError
from django.db import DatabaseError, models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from import_export import resources, widgets
from import_export.admin import ImportExportModelAdmin
from import_export.formats.base_formats import CSV, XLSX
from import_export.results import RowResult
from import_export.tmp_storages import BaseStorage

from slrt.accounts.models import User
from slrt.audit import trail
from slrt.audit.models import AuditEntry
from slrt.core.sealed import Unsealable, seal, unseal
from slrt.exports import building
from slrt.exports.cells import defuse, harmless

STORED_NAME = re.compile(r"[0-9a-f]{32}")


class Known(widgets.ForeignKeyWidget):
    """A row of another table, named by a code; an unknown code is a fault of its column."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        try:
            return super().clean(value, row, **kwargs)
        except self.model.DoesNotExist:
            raise ValueError(_('"%(value)s" tidak dikenal.') % {"value": value}) from None


class KnownMany(widgets.ManyToManyWidget):
    """Rows of another table, their codes separated by commas; an unknown code is a fault of its column."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        asked = {code.strip() for code in str(value or "").split(self.separator)} - {""}
        found = self.model._default_manager.filter(**{f"{self.field}__in": asked})
        unknown = asked - set(found.values_list(self.field, flat=True))
        if unknown:
            raise ValueError(_('"%(value)s" tidak dikenal.') % {"value": ", ".join(sorted(unknown))})
        return found


class Listed(widgets.JSONWidget):
    """A list as JSON; anything else is a fault of its column."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[Any]:
        try:
            made = json.loads(value) if value else []
        except ValueError:
            made = None
        if not isinstance(made, list):
            raise ValueError(_("Harus berupa daftar JSON, misalnya [] atau [{...}]."))
        return made

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return json.dumps(value or [], ensure_ascii=False)


class Compared(resources.Diff):
    """What a row changes, field by field: the old value struck out, the new one marked. No inline style (the content policy)."""

    def as_html(self) -> list[SafeString]:
        return [self._cell(str(old or ""), str(new or "")) for old, new in zip(self.left, self.right, strict=False)]

    def _cell(self, old: str, new: str) -> SafeString:
        if self.new or not old:
            return format_html("<ins>{}</ins>", new) if new else SafeString("")
        return format_html("{}", old) if old == new else format_html("<del>{}</del> <ins>{}</ins>", old, new)


class RegisterResource(resources.ModelResource):
    """A register by its codes. Subclasses set `Meta.model`, `import_id_fields`, `fields`, and the widgets of references."""

    class Meta:
        skip_unchanged = True
        report_skipped = True
        use_transactions = True

    @classmethod
    def get_diff_class(cls) -> type[Compared]:
        return Compared

    def faults(self, instance: Any) -> dict[str, list[Any]]:
        """Return what is wrong with a row beyond its fields, as sentences by field name."""
        return {}

    def _check_import_id_fields(self, headers: Any) -> None:
        missing = [name for name in self.get_import_id_fields() if self.fields[name].column_name not in (headers or [])]
        if missing:
            raise FieldError(_("Kolom %(names)s tidak ada di berkas.") % {"names": ", ".join(missing)})

    def import_row(self, row: Any, instance_loader: Any, **kwargs: Any) -> Any:
        """What the database itself refuses is said in a sentence; its own text shows the stored row."""
        made = super().import_row(row, instance_loader, **kwargs)
        for fault in made.errors:
            if isinstance(fault.error, DatabaseError):
                fault.error = ValueError(_("Baris ini bertentangan dengan data yang sudah ada."))
        return made

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """Take off what the export put before formulas, and name the column of a code that leads nowhere."""
        for name, value in row.items():
            if value is None:
                row[name] = ""
            elif isinstance(value, str):
                row[name] = harmless(value.strip())
            elif isinstance(value, datetime):
                row[name] = value.date()  # a sheet knows no day without an hour
        wrong = {}
        for name, field in self.fields.items():
            early = name in self.get_import_id_fields() or isinstance(field.widget, widgets.ManyToManyWidget)
            if early and field.column_name in row:
                try:
                    field.clean(row)
                except ValueError as fault:
                    wrong[name] = [str(fault)]
        if wrong:
            raise ValidationError(wrong)

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Validate the columns of the file with the rules of the table; an empty list is a value like another."""
        errors: dict[str, Any] = {**(import_validation_errors or {}), **self.faults(instance)}
        own = {field.attribute for field in self.fields.values()}
        left_out = {f.name for f in instance._meta.fields if f.name not in own or getattr(instance, f.attname) == []}
        try:
            instance.full_clean(exclude={*left_out, *errors}, validate_unique=validate_unique)
        except ValidationError as fault:
            errors = fault.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """One line of the trail for a confirmed file, with its counts."""
        super().after_import(dataset, result, **kwargs)
        if kwargs.get("dry_run", True) or result.has_errors() or result.has_validation_errors():
            return
        trail.write(
            "register_import",
            None,
            by=kwargs["user"],
            place="",
            table=self._meta.model._meta.label_lower,
            new=result.totals[RowResult.IMPORT_TYPE_NEW],
            changed=result.totals[RowResult.IMPORT_TYPE_UPDATE],
            unchanged=result.totals[RowResult.IMPORT_TYPE_SKIP],
        )

    def export_field(self, field: Any, instance: Any, **kwargs: Any) -> Any:
        """Cells that a spreadsheet would run are defused, as in every export."""
        value = super().export_field(field, instance, **kwargs)
        return defuse(value) if isinstance(value, str) else value


class SealedUpload(BaseStorage):
    """Where a register's file waits for its confirmation: sealed, under a name that nobody can choose."""

    def _path(self) -> Any:
        if not STORED_NAME.fullmatch(self.name or ""):
            raise FileNotFoundError(self.name)
        return building.folder() / f"register-{self.name}.sealed"

    def save(self, data: bytes) -> None:
        self.name = uuid4().hex
        seal([data], self._path(), self.name)

    def read(self) -> Any:
        data = b"".join(unseal(self._path(), self.name))
        return data if self.read_mode == "rb" else data.decode(self.encoding or "utf-8-sig")

    def remove(self) -> None:
        self._path().unlink(missing_ok=True)


class RegisterAdmin(ImportExportModelAdmin):
    """Import and export of a register, for whoever may change it or see it."""

    formats = [XLSX, CSV]
    tmp_storage_class = SealedUpload
    show_full_result_count = False

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_import_data_kwargs(**kwargs), "rollback_on_validation_errors": True}

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Apply a confirmed file; one that is gone or altered meanwhile is asked for again."""
        try:
            return super().process_import(request, **kwargs)
        except (FileNotFoundError, Unsealable):
            return self._back(request, _("Berkasnya sudah tidak ada. Unggah lagi."))

    def process_result(self, result: Any, request: HttpRequest) -> HttpResponse:
        """Say what was applied, or that nothing was: the table may have changed between preview and confirmation."""
        if result.has_errors() or result.has_validation_errors():
            return self._back(request, _("Tidak ada yang diterapkan: datanya berubah sejak pratinjau. Unggah lagi."))
        return super().process_result(result, request)

    def _back(self, request: HttpRequest, sentence: str) -> HttpResponse:
        messages.error(request, sentence)
        return HttpResponseRedirect(reverse("admin:{}_{}_import".format(*self.get_model_info())))

    def get_export_data(self, file_format: Any, request: Any, queryset: models.QuerySet, **kwargs: Any) -> Any:
        """The sheet, with its line in the trail."""
        data = super().get_export_data(file_format, request, queryset, **kwargs)
        user: User = request.user
        trail.write(
            "register_export",
            None,
            by=user,
            entry_kind=AuditEntry.Kind.EXPORT,
            place="",
            table=self.model._meta.label_lower,
            rows=queryset.count(),
        )
        return data
