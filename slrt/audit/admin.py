"""The administration's rows leave their lines in the trail: in the same transaction as the change, or there is no change."""

from typing import Any, cast

from django.db import models, transaction
from django.http import HttpRequest, HttpResponse

from slrt.accounts.models import User
from slrt.audit import changes, seen
from slrt.core.numberless import NumberlessAdmin


def _by(request: HttpRequest) -> User:
    return cast(User, request.user)


class AuditedAdmin(NumberlessAdmin):
    """Adding, changing and removing rows and the rows below them, each with its line: who, which row, what before and after.

    What somebody else saved since a form was opened is not overwritten by it (`seen`).
    """

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, which knows what the person saw of the row."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        if obj is None or seen.FIELD not in request.POST:
            return form
        known = {"seen": request.POST[seen.FIELD], "inlines": self.get_inline_instances(request, obj)}
        return type(form)(form.__name__, (seen.AsSeen, form), known)

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        """The page, which carries the mark of what it shows; of the older row while the person has not seen the newer one."""
        if obj is not None:
            sent = {**request.GET.dict(), **request.POST.dict()}.get(seen.FIELD, "")
            now = getattr(context["adminform"].form, "now", "") or sent
            context["seen"] = now or seen.mark(obj, seen.rows_below(obj, self.get_inline_instances(request, obj)))
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Hold the row fast and remember what it was; the line is written once what refers to it is saved too."""
        stored = changes.locked(obj) if change else None
        form.kept = changes.values_of(stored) if stored else {}
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Write the row's line."""
        super().save_related(request, form, formsets, change)
        row = form.instance
        changes.note(row, form.kept, changes.values_of(type(row)._base_manager.get(pk=row.pk)), by=_by(request))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save the rows below a row, a line for each that changed."""
        stored = [changes.locked(one.instance) for one in formset.initial_forms]
        held = [(row, changes.values_of(row)) for row in stored if row]
        super().save_formset(request, form, formset, change)
        manager = formset.model._base_manager
        for row, before in held:
            now = manager.filter(pk=row.pk).first()
            changes.note(row, before, changes.values_of(now) if now else {}, by=_by(request))
        for row in formset.new_objects:
            changes.note(row, {}, changes.values_of(manager.get(pk=row.pk)), by=_by(request))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Remove a row, with its line."""
        self._remove(request, [obj])

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        """Remove rows, a line for each: all of them or none."""
        self._remove(request, queryset)

    def _remove(self, request: HttpRequest, rows: Any) -> None:
        with transaction.atomic():
            for row in rows:
                stored = changes.locked(row)
                if stored:
                    changes.note(stored, changes.values_of(stored), {}, by=_by(request))
                    stored.delete()


class AuditedPasswords(AuditedAdmin):
    """Setting somebody's password leaves a line that it was set, never what it is. For heirs of Django's `UserAdmin`."""

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """The page that sets a password."""
        with transaction.atomic():
            person = self.get_object(request, id)
            before = changes.values_of(changes.locked(person) or person) if person else {}
            answer = cast(Any, super()).user_change_password(request, id, form_url)
            if person:
                person.refresh_from_db()
                changes.note(person, before, changes.values_of(person), by=_by(request))
        return answer
