"""One page for every verb of every workflow: shows what will happen, asks for note and fields, takes the step on POST.

Works without JavaScript: the button leads here (GET), the form here sends (POST). Apps subclass `VerbPage` with their
queryset, addresses and the forms of the verbs that need more than a note.
"""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import models
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from slrt.accounts.requests import StaffRequest
from slrt.core import idempotency
from slrt.core.errors import GuardFailed, NotPermitted, StaleVersion, TransitionNotAllowed
from slrt.core.leading import lead
from slrt.core.templatetags.ui import tanggal
from slrt.core.words import WordsField
from slrt.workflow import engine


class VerbForm(forms.Form):
    """The fields every verb has; a verb's own form adds its own before them. `says` stands above them, then `facts`."""

    says: Any = ""
    facts: list[tuple[str, str]] = []
    note = WordsField(
        label=gettext_lazy("Catatan"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, obj: Any, transition: engine.Transition, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.obj, self.transition, self.user = obj, transition, user
        self.order_fields([name for name in self.fields if name != "note"] + ["note"])
        if transition.needs_note:
            self.fields["note"].required = True
            self.fields["note"].error_messages["required"] = _("Catatan wajib diisi untuk langkah ini.")
        else:
            self.fields["note"].label = _("Catatan (boleh kosong)")

    def entered(self) -> dict[str, Any]:
        """Return what the engine gets besides note and version."""
        return {k: v for k, v in self.cleaned_data.items() if k not in ("note", "version", "idempotency_key")}


class VerbPage(LoginRequiredMixin, View):
    """GET shows the step, POST takes it. Subclasses set `model`, `forms` and `template_name` if need be."""

    model: type[models.Model]
    forms: dict[str, type[VerbForm]] = {}
    template_name = "components/verb_page.html"

    def object_url(self, obj: Any) -> str:
        """Return the address of the row's own page."""
        raise NotImplementedError

    def describe(self, obj: Any) -> str:
        """Return the sentence above the form that says which row this is."""
        return str(obj)

    def queryset(self, request: StaffRequest) -> models.QuerySet:
        """Return the rows this person may see."""
        return self.model._default_manager.visible_to(request.user)  # type: ignore[attr-defined]

    def dispatch(self, request: StaffRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.obj = get_object_or_404(self.queryset(request), pk=kwargs["pk"])
        transition = engine.workflow_of(self.obj).by_name.get(kwargs["verb"])
        if transition is None:
            raise Http404
        self.transition = transition
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: StaffRequest, pk: int, verb: str) -> HttpResponse:
        decision = engine.decide(self.transition, self.obj, request.user)
        if not decision:
            return self._refused(request, decision.reason)
        return self._page(request, self._form(request, initial=self._initial()))

    def post(self, request: StaffRequest, pk: int, verb: str) -> HttpResponse:
        form = self._form(request, request.POST)
        if not form.is_valid():
            decision = engine.decide(self.transition, self.obj, request.user)
            if not decision:
                return self._refused(request, decision.reason)
            return self._page(request, form, status=422)
        data = form.cleaned_data
        try:
            _result, _fresh = idempotency.once(
                data["idempotency_key"],
                user_id=request.user.pk,
                purpose=f"{self.obj._meta.label_lower}:{pk}:{verb}",
                make=lambda: self.take(form).pk,
            )
        except NotPermitted as fault:
            return self._refused(request, fault.reason)
        except StaleVersion as fault:
            return self._clash(request, form, fault)
        except TransitionNotAllowed as fault:
            messages.warning(request, str(fault))
            return lead(request, self.object_url(self.obj))
        except GuardFailed as fault:
            form.add_error(fault.field if fault.field in form.fields else None, fault.message)
            return self._page(request, form, status=422)
        messages.success(request, self.transition.done or _("Tersimpan."))
        return lead(request, self.object_url(self.obj))

    def take(self, form: VerbForm) -> Any:
        """Take the step; the one call behind the page."""
        data = form.cleaned_data
        return engine.apply(
            self.transition.name,
            self.obj,
            by=form.user,
            note=data["note"],
            version=data["version"],
            **form.entered(),
        )

    def _initial(self) -> dict[str, Any]:
        return {"version": self.obj.version, "idempotency_key": idempotency.new_key()}

    def _form(self, request: StaffRequest, data: Any = None, **kwargs: Any) -> VerbForm:
        form_class = self.forms.get(self.transition.name, VerbForm)
        files = request.FILES if data is not None else None
        return form_class(data, files, obj=self.obj, transition=self.transition, user=request.user, **kwargs)

    def _page(self, request: StaffRequest, form: VerbForm, status: int = 200, **context: Any) -> HttpResponse:
        context.update(
            form=form,
            obj=self.obj,
            transition=self.transition,
            description=self.describe(self.obj),
            back_url=self.object_url(self.obj),
        )
        return render(request, self.template_name, context, status=status)

    def _refused(self, request: StaffRequest, reason: str) -> HttpResponse:
        said = {"heading": _("Langkah ini tidak bisa Anda lakukan"), "reason": reason}
        return render(request, "403.html", {**said, "back_url": self.object_url(self.obj)}, status=403)

    def _clash(self, request: StaffRequest, form: VerbForm, fault: StaleVersion) -> HttpResponse:
        """Show what is stored now beside what was entered; nothing typed is lost, the next sending sees the new version."""
        row = fault.current
        data = request.POST.copy()
        data["version"], data["idempotency_key"] = str(row.version), idempotency.new_key()
        again = self._form(request, data)
        again.is_valid()
        again.add_error(None, str(fault))
        flow = engine.workflow_of(row)
        self.obj = row
        return self._page(
            request,
            again,
            status=409,
            stored_state=flow.states(getattr(row, flow.state_field)).label,
            stored_values=_stored(row, self.transition),
            still_possible=bool(engine.decide(self.transition, row, request.user)),
        )


def _stored(row: Any, transition: engine.Transition) -> list[tuple[str, Any]]:
    """What stands now in the fields that the step writes, as (name, value in words); empty ones and files left out."""
    found = []
    for name in transition.writes:
        field, value = row._meta.get_field(name), getattr(row, name)
        if value in (None, "") or field.is_relation:
            continue
        shown = getattr(row, f"get_{name}_display", None)
        value = tanggal(value) if isinstance(value, date) else shown() if shown else value
        found.append((str(field.verbose_name), value))
    return found
