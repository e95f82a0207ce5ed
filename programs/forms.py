"""The form of a programme's rule: one row per condition, without a script."""

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from programs.condition_rows import MOST, ConditionRow, conditions_of, rows_of
from programs.eligibility.conditions import WORDS
from programs.eligibility.wording import WORDINGS, sentence
from programs.models import Programme
from programs.sectors import meant, said
from programs.written import papers_from, papers_said
from slrt.exports.register_forms import RegisterRow

BLANK = 3  # rows to add
Choice = tuple[str, Any]


def programme_names() -> dict[str, str]:
    """Return the names of all programmes by code, closed ones too: a rule may name them."""
    return dict(Programme.objects.values_list("code", "name"))


class SectorField(forms.CharField):
    """A sector, read and typed in words; one of the office's own is kept as typed."""

    def prepare_value(self, value: Any) -> Any:
        return said(value) if isinstance(value, str) else value

    def to_python(self, value: Any) -> str:
        return meant(super().to_python(value) or "")


class Typed(list[ConditionRow]):
    """Rows as they came from a form."""


class ConditionsWidget(forms.Widget):
    """The rows of a rule's conditions, with their faults beside them and the rule as it reads."""

    def id_for_label(self, id_: str) -> str:
        return ""  # the label names a group, no single input

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Typed | None:
        """Return the rows that came; None when the form came without them."""
        total = data.get(f"{name}-total") or ""
        if not (total.isascii() and total.isdigit() and len(total) < 4 and int(total) <= MOST):
            return None
        many = data.getlist if hasattr(data, "getlist") else lambda key: data.get(key, [])
        return Typed(
            ConditionRow(
                kind=data.get(f"{name}-{n}-kind", ""),
                number=data.get(f"{name}-{n}-number", ""),
                members=tuple(many(f"{name}-{n}-members")),
                programmes=tuple(many(f"{name}-{n}-programmes")),
                was=data.get(f"{name}-{n}-was", ""),
                drop=bool(data.get(f"{name}-{n}-drop")),
            )
            for n in range(int(total))
        )

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-total" not in data

    def inputs(self, name: str, value: Any) -> list[tuple[str, str]]:
        """Return names and values that say the same rows again."""
        rows = [row for row in _rows(value) if not row.drop]
        said = [(f"{name}-total", str(len(rows)))]
        for n, row in enumerate(rows):
            said += [(f"{name}-{n}-{part}", getattr(row, part)) for part in ("kind", "number", "was")]
            said += [(f"{name}-{n}-{part}", one) for part in ("members", "programmes") for one in getattr(row, part)]
        return said

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        rows, names = _rows(value), programme_names()
        faults = [row.fault(names) for row in rows] if isinstance(value, Typed) else [""] * len(rows)
        shown = [*zip(rows, faults, strict=True), *[(ConditionRow(), "")] * min(BLANK, max(MOST - len(rows), 0))]
        return {
            "name": name,
            "total": len(shown),
            "rows": [_shown(f"{name}-{n}", row, fault, names) for n, (row, fault) in enumerate(shown)],
            "reads": "" if any(faults) else sentence(conditions_of(rows), names),
        }

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return render_to_string("admin/programs/programmerule/conditions.html", self.get_context(name, value, attrs))


def _rows(value: Any) -> list[ConditionRow]:
    if isinstance(value, Typed):
        return [row for row in value if not row.blank]
    return rows_of([] if value is None else value)


def _shown(prefix: str, row: ConditionRow, fault: str, names: dict[str, str]) -> dict[str, Any]:
    kinds: list[Choice] = [(kind, wording.choice) for kind, wording in WORDINGS.items()]
    if row.kind and row.kind not in WORDINGS:
        kinds.append((row.kind, _("Tidak dikenal: %(kind)s") % {"kind": row.kind}))
    return {
        "prefix": prefix,
        "row": row,
        "fault": fault,
        "kinds": kinds,
        "members": _chosen_first(row.members, {name: str(word) for name, word in WORDS.items()}),
        "programmes": _chosen_first(row.programmes, names),
    }


def _chosen_first(chosen: tuple[str, ...], words: dict[str, str]) -> list[Choice]:
    """What is chosen keeps its order, so that a rule that nobody touched is the same afterwards."""
    return [(code, words.get(code, code)) for code in dict.fromkeys([*chosen, *words])]


class ConditionsField(forms.Field):
    """A list of conditions (`programs.eligibility.conditions`) from the rows of a form."""

    widget = ConditionsWidget

    def clean(self, value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, Typed):
            raise forms.ValidationError(_("Isian ketentuan tidak lengkap. Buka lagi halaman ini."))
        names = programme_names()
        if any(row.fault(names) for row in value):
            raise forms.ValidationError(_("Ada ketentuan yang belum lengkap. Perbaiki yang ditandai."))
        return conditions_of(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return not isinstance(data, Typed) or conditions_of(data) != (initial or [])


class PapersField(forms.CharField):
    """A programme's papers, a line each, as in its sheet (`programs.written`)."""

    widget = forms.Textarea(attrs={"rows": 6})

    def prepare_value(self, value: Any) -> str:
        return value if isinstance(value, str) else papers_said(value)

    def clean(self, value: Any) -> list[Any]:
        try:
            return papers_from(super().clean(value))
        except ValueError as fault:
            raise forms.ValidationError(str(fault)) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class RuleForm(RegisterRow):
    """One rule; heirs name the `resource`. `resumed`: what was typed before the rule was tried out, to go on with."""

    resumed: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.resumed and not self.is_bound:
            for name, field in self.fields.items():
                self.initial[name] = field.widget.value_from_datadict(self.resumed, {}, name)
