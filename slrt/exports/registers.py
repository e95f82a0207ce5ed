"""Reference tables and small registers as sheets: out, changed by hand, in again after a preview (django-import-export).

What all of them share: a faulty row is answered with its line, column and a sentence and then nothing of the file is applied;
a confirmed file leaves a line in the trail, and one for each row that changed, in the same transaction; between preview and
confirmation the file lies encrypted.
"""

from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import FieldError, ValidationError
from django.core.validators import EmailValidator
from django.db import DatabaseError, models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from import_export import resources, widgets
from import_export.formats.base_formats import XLSX
from import_export.results import RowResult

from slrt.accounts.models import User
from slrt.audit import changes, trail
from slrt.audit.admin import AuditedAdmin
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.numberless import refusal, unnumbered
from slrt.core.numbers import masked, stands_in
from slrt.exports.cells import defuse, harmless
from slrt.exports.columns import columns, headings, named, words_of
from slrt.exports.compared import Compared
from slrt.exports.confirming import ConfirmedAsShown
from slrt.exports.preview import FIRST, Read, finished, preview
from slrt.exports.register_forms import RegisterDownload, RegisterUpload
from slrt.exports.sheets import Separated, TooLong, Unreadable, Workbook, blank
from slrt.exports.shown import AsShown
from slrt.exports.values import Coded, Day, KnownMany, Whole, YesNo

# What these rules of Django's say does not tell how to mend it.
MENDED = (
    (EmailValidator.message, gettext_lazy("Ini bukan alamat surel. Tulis seperti nama@contoh.go.id.")),
    (
        UnicodeUsernameValidator.message,
        gettext_lazy("Nama pengguna hanya boleh berisi huruf, angka, dan tanda @ . + - _. Hapus spasi dan tanda lain."),
    ),
)


def _sentence(error: Any) -> Any:
    """Say of an empty cell, an address and a user's name what to do; what other rules say already does."""
    if getattr(error, "code", "") in ("blank", "null"):
        return _("Kolom ini wajib diisi.")
    said = getattr(error, "message", None)
    return next((mended for rule, mended in MENDED if rule == said), error)


class RegisterResource(AsShown):
    """A register by its codes. Subclasses set `Meta.model`, `import_id_fields`, `fields`, and the widgets of references."""

    labels: ClassVar[dict[str, Any]] = {}  # of columns whose field has no name of its own

    class Meta:
        skip_unchanged = True
        report_skipped = True
        use_transactions = True

    WIDGETS_MAP = {
        **resources.ModelResource.WIDGETS_MAP,
        "DateField": Day,
        "BooleanField": YesNo,
        "PositiveIntegerField": Whole,
        "PositiveSmallIntegerField": Whole,
    }

    @classmethod
    def widget_from_django_field(cls, f: Any, default: Any = widgets.Widget) -> Any:
        return partial(Coded, f.flatchoices) if f.choices else super().widget_from_django_field(f, default)

    @classmethod
    def get_diff_class(cls) -> type[Compared]:
        return Compared

    @classmethod
    def get_result_class(cls) -> type[Read]:
        return Read

    def faults(self, instance: Any) -> dict[str, list[Any]]:
        """Return what is wrong with a row beyond its fields, as sentences by field name."""
        return {}

    def _check_import_id_fields(self, headers: Any) -> None:
        keys = [self.fields[name].column_name for name in self.get_import_id_fields()]
        missing = [named(self, code) for code in keys if code not in (headers or [])]
        if missing:
            sentence = _(
                "Kolom %(names)s tidak ada di berkas. Tulis nama kolom di baris pertama, seperti di daftar kolom."
            )
            raise FieldError(sentence % {"names": ", ".join(missing)})

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Understand a column's word and its code, in capitals as well. Raises Unreadable when a column stands there twice."""
        super().before_import(dataset, **kwargs)
        known = headings(self)
        found = [known.get(heading.casefold(), heading) for heading in dataset.headers]
        if twice := {code for code in found if code and found.count(code) > 1}:
            names = ", ".join(named(self, code) for code in sorted(twice))
            raise Unreadable(_("Kolom %(names)s ada dua kali. Hapus salah satunya.") % {"names": names})
        dataset.headers = found
        self._first_seen: dict[tuple[str, ...], int] = {}

    def import_row(self, row: Any, instance_loader: Any, **kwargs: Any) -> Any:
        """Leave out an empty row. What the database itself refuses is said in a sentence; its own text shows the stored row."""
        if blank(row.values()):
            return self.get_row_result_class()()
        made = super().import_row(row, instance_loader, **kwargs)
        for fault in made.errors:
            if isinstance(fault.error, DatabaseError):
                fault.error = ValueError(_("Baris ini bertentangan dengan data yang sudah ada."))
        return made

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """Take off what the export put before formulas, and name the column of a code that leads nowhere."""
        self._tidy(row)
        self._brought = set(row)
        wrong = {}
        for name, field in self.fields.items():
            try:
                if field.column_name in row:
                    field.clean(row)
            except ValueError as fault:
                wrong[name] = [str(fault)]
        early = set(self.get_import_id_fields()) | {
            name for name, f in self.fields.items() if isinstance(f.widget, KnownMany)
        }
        if early & set(wrong):
            raise ValidationError(wrong)
        self._check_twice(row, kwargs.get("row_number", 0))

    def _check_twice(self, row: Any, number: int) -> None:
        # By what the cells mean: a day or a role is written in more than one way, and the later row would write over the earlier.
        keys = [self.fields[name] for name in self.get_import_id_fields()]
        key = tuple(str(field.clean(row)) if field.column_name in row else "" for field in keys)
        first = self._first_seen.setdefault(key, number)
        if first != number:
            sentence = _("Baris ini sama kuncinya dengan baris %(number)s. Hapus salah satunya.")
            raise ValidationError(sentence % {"number": first + FIRST - 1})

    def _tidy(self, row: Any) -> None:
        for name, value in row.items():
            if value is None:
                row[name] = ""
            elif isinstance(value, str):
                row[name] = harmless(value.strip())
            elif isinstance(value, datetime):
                row[name] = value.date()  # a sheet knows no day without an hour

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Validate the columns of the file with the rules of the table; an empty list is a value like another."""
        errors: dict[str, Any] = {
            **(import_validation_errors or {}),
            **self.faults(instance),
            **self._numbers(instance),
        }
        own = {field.attribute for field in self.fields.values()}
        left_out = {f.name for f in instance._meta.fields if f.name not in own or getattr(instance, f.attname) == []}
        try:
            instance.full_clean(exclude={*left_out, *errors}, validate_unique=validate_unique)
        except ValidationError as fault:
            found = fault.update_error_dict({})  # what a rule says of a cell that could not be read is not said besides
            errors = {**{name: [_sentence(one) for one in said] for name, said in found.items()}, **errors}
        if errors:
            raise ValidationError(errors)

    def _numbers(self, instance: Any) -> dict[str, list[Any]]:
        """What the file brings; a number that a column left out of it kept from before is mended in its form."""
        own = {field.attribute for field in self.get_import_fields() if field.column_name in self._brought}
        held = [field for field in instance._meta.concrete_fields if field.name in own]
        mend = _("Hapus nomornya dari sel ini, lalu unggah lagi.")
        return {field.name: [f"{refusal()} {mend}"] for field in held if stands_in(getattr(instance, field.attname))}

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Hold the row fast and remember what it was."""
        super().before_save_instance(instance, row, **kwargs)
        stored = changes.locked(instance) if instance.pk else None
        self._kept = changes.values_of(stored) if stored else {}

    def save_m2m(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Save what a row refers to, and write the row's line when the file was confirmed."""
        super().save_m2m(instance, row, **kwargs)
        if not kwargs["dry_run"]:
            now = type(instance)._base_manager.get(pk=instance.pk)
            changes.note(now, self._kept, changes.values_of(now), by=kwargs["user"])

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """One line of the trail for a confirmed file, with its counts, beside the lines of its rows."""
        super().after_import(dataset, result, **kwargs)
        known = {field.column_name for field in self.fields.values()}
        result.unknown = [heading for heading in dataset.headers if heading and heading not in known]
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

    def get_export_headers(self, selected_fields: Any = None) -> list[str]:
        """The columns' words in Indonesian, whatever the reader reads SLRT in: a sheet is handed on."""
        codes = super().get_export_headers(selected_fields=selected_fields)
        words = dict(words_of(self))
        return [words.get(code, code) for code in codes]

    def after_export(self, queryset: Any, dataset: Any, **kwargs: Any) -> None:
        """Name the sheet, in the language of its headings."""
        super().after_export(queryset, dataset, **kwargs)
        with override(settings.LANGUAGE_CODE):
            dataset.title = capfirst(str(self._meta.model._meta.verbose_name_plural))

    def export_field(self, field: Any, instance: Any, **kwargs: Any) -> Any:
        """Cells that a spreadsheet would run are defused, as in every export; a number kept from before leaves masked."""
        value = super().export_field(field, instance, **kwargs)
        return defuse(masked(value)) if isinstance(value, str) else value


class RegisterAdmin(AuditedAdmin, ConfirmedAsShown):
    """Import and export of a register, for whoever may change it or see it."""

    import_formats = [Workbook, Separated]
    export_formats = [XLSX, Separated]
    import_form_class = RegisterUpload
    export_form_class = RegisterDownload
    to_encoding = "utf-8-sig"  # without the mark a spreadsheet misreads every letter beyond ASCII
    instead: Any = ""  # how else more rows come in than a sheet may have
    afterwards: Any = ""  # what is left to do for new rows that a sheet brings
    show_full_result_count = False

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        """The reader's own sentence; whatever else went wrong in it, in one."""
        other = _("Berkas ini tidak bisa dibaca. Simpan ulang sebagai XLSX, lalu unggah lagi.")
        said = str(e) if isinstance(e, Unreadable) else other
        form.add_error("import_file", f"{said} {self.instead}" if isinstance(e, TooLong) and self.instead else said)

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The page of a sheet that comes in: what to do, then what the sheet would do."""
        answer: Any = super().import_action(request, **kwargs)
        resource = self.get_import_resource_classes(request)[0]()
        shown = answer.context_data
        if "result" in shown:
            shown["preview"] = preview(resource, shown["result"])
        title = _("Muat %(table)s dari berkas") % {"table": self.opts.verbose_name_plural}
        shown.update(
            title=title,
            columns=columns(resource),
            afterwards=self.afterwards,
            most=settings.REGISTER_MAX_BYTES // 1024 // 1024,
        )
        return answer

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """The page of a sheet that goes out, or the sheet; an address that asks for what the table does not have asks for all of it."""
        try:
            answer = super().export_action(request)
        except IncorrectLookupParameters:
            return redirect(request.path)
        if hasattr(answer, "context_data"):
            answer.context_data["title"] = _("Unduh %(table)s sebagai berkas") % {
                "table": self.opts.verbose_name_plural
            }
        return answer

    def get_export_filename(self, request: HttpRequest, queryset: models.QuerySet, file_format: Any) -> str:
        """The register's name and the day."""
        return f"{slugify(str(self.opts.verbose_name_plural))}-{clock.today()}.{file_format.get_extension()}"

    def add_success_message(self, result: Any, request: HttpRequest) -> None:
        """Say what was saved."""
        messages.success(request, finished(result))

    def generate_log_entries(self, result: Any, request: HttpRequest) -> None:
        """Each saved row in the history of the administration, in words."""
        user: User = request.user  # type: ignore[assignment]  # the administration lets nobody else in
        flags = {RowResult.IMPORT_TYPE_NEW: ADDITION, RowResult.IMPORT_TYPE_UPDATE: CHANGE}
        for kind, flag in flags.items():
            rows = [row.instance for row in result if row.import_type == kind]
            if rows:
                unnumbered(LogEntry.objects.log_actions(user.pk, rows, flag, change_message=_("Dimuat dari berkas.")))

    def get_export_data(self, file_format: Any, request: Any, queryset: models.QuerySet, **kwargs: Any) -> Any:
        """The sheet, with its line in the trail that says what for."""
        data = super().get_export_data(file_format, request, queryset, **kwargs)
        user: User = request.user
        why = kwargs["export_form"].cleaned_data
        trail.write(
            "register_export",
            None,
            by=user,
            entry_kind=AuditEntry.Kind.EXPORT,
            place="",
            note=why["purpose"].strip(),
            basis=why["basis"],
            table=self.model._meta.label_lower,
            rows=queryset.count(),
        )
        return data
