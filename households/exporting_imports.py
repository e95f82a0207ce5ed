"""What files brought: rows of the ministry's answers, people in conflict, counts per village; as their pages show them.

Whoever lives outside the own area is named neither by what stands here nor by what the file says.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Case, CharField, Exists, F, IntegerField, JSONField, OuterRef, Subquery, Value, When
from django.db.models.expressions import Func
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from households.answering import absent_from
from households.choices.answers import EFFECTIVE, AnswerFileState, AnswerKind, AnswerOutcome
from households.choices.person import Sex
from households.choices.registration import RegistrationState
from households.choices.siks import SiksPurpose
from households.models import AnswerFile, AnswerRow, Family, ImportConflict, ImportRun, Person, Registration
from households.siks import workbooks_of
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.core.row_ids import row_id
from slrt.exports.registry import LISTINGS, Asked, Column, Kind, Listing, Shown, person, register
from slrt.regions.models import Region

# Parts of an answer file's page that are no kind of row.
HELD, ABSENT = "held", "absent"
FILE, PART, RUN = "berkas", "isi", "impor"
AGREED = "agreed"
MOVED_NOTHING = "moved_nothing"
DECISIONS = {
    "": _("Belum diputuskan"),
    "keep": _("Tetap"),
    "move": _("Pindah"),
    AGREED: _("Selesai, NIK-nya sudah sama"),
}
_PARTS: dict[str, Any] = {HELD: _("Nama berbeda"), ABSENT: _("Tidak ada di berkas ini")}


def answer_rows_shown(asked: Asked) -> Shown:
    """Rows of one answer file: all, those of one kind, or those with another name; of no file when there is none."""
    part = asked.params.get(PART, "")
    file = chosen(AnswerFile, asked, FILE)
    rows = AnswerRow.objects.filter(file=file)
    if part in AnswerKind.values:
        rows = rows.filter(kind=part)
    if part == HELD:
        rows = rows.filter(kind__in=EFFECTIVE).exclude(name="")
    named = Subquery(Person.objects.filter(nik_index=OuterRef("nik_index")).values("name")[:1])
    rows = rows.annotate(own=_of_own("registration__family_id", asked.user)).annotate(
        head=_if_own(F("registration__family__head__name")),
        village_here=_if_own(F("registration__family__household__village__name")),
        state_here=_if_own(F("registration__state")),
        said=_if_own(F("name")),
        here=Case(When(name="", then=Value("")), default=_if_own(named)),
    )
    label = AnswerKind(part).label if part in AnswerKind.values else _PARTS.get(part, "")
    return Shown(rows.order_by("line", "pk"), part=_of(file, label))


def absent_shown(asked: Asked) -> Shown:
    """Proposals that waited for an answer and of which one answer file says nothing."""
    file = chosen(AnswerFile, asked, FILE)
    rows: Any = absent_from(file) if file else Registration.objects.none()
    return Shown(rows.visible_to(asked.user).for_list().order_by("state_since", "pk"), part=_of(file, _PARTS[ABSENT]))


def answer_files_shown(asked: Asked) -> Shown:
    """The ministry's answer files, newest first."""
    files = AnswerFile.objects.visible_to(asked.user).with_moved_nothing().annotate(in_file=_IN_FILE)
    return Shown(files.order_by("-created_at", "-pk"))


def workbooks_shown(asked: Asked) -> Shown:
    """Workbooks for SIKS-NG, newest first."""
    return Shown(workbooks_of(asked.user))


def conflicts_shown(asked: Asked) -> Shown:
    """People whom one import puts elsewhere, gives another number, or whose number it gives to somebody else, in the order of the file."""
    run = chosen(ImportRun, asked, RUN)
    rows = ImportConflict.objects.filter(run=run).with_agreed()
    person = Person.objects.filter(pk=OuterRef("person_id"))
    rows = rows.annotate(own=_of_own("stored_family_id", asked.user)).annotate(
        outcome=Case(When(agreed=True, then=Value(AGREED)), default=F("decision")),
        **{name: _if_own(Subquery(person.values(field)[:1])) for name, field in _PERSON.items()},
        **{f"said_{name}": _if_own(KeyTextTransform(name, "said")) for name in _SAID},
    )
    return Shown(rows.order_by("line", "pk"), part=_of(run))


def villages_shown(asked: Asked) -> Shown:
    """The villages of one import with what it counted in each."""
    run = chosen(ImportRun, asked, RUN)
    counted = {village["code"]: village for village in run.counts.get("villages", [])} if run else {}
    rows = Region.objects.filter(code__in=list(counted))
    rows = rows.annotate(**{name: _counted(counted, name) for name in _COUNTS})
    return Shown(rows.order_by("code"), part=_of(run))


# Refused and repeated rows are not laid out; files from before they came by imports have none that says how many those were.
_IN_FILE = Cast(Coalesce(KeyTextTransform("rows", "run__counts"), KeyTextTransform("rows", "counts")), IntegerField())
_PERSON = {"name_here": "name", "born_here": "birth_date", "sex_here": "sex"}
_SAID = ("name", "birth_date", "sex", "nik_here", "nik")
_COUNTS = ("families", "people", "new", "changed", "missing", "missing_families")


def chosen(model: Any, asked: Asked, name: str) -> Any:
    """The file or run that the address names, None when the person sees none of that number."""
    pk = row_id(asked.params.get(name, ""))
    return model.objects.visible_to(asked.user).filter(pk=pk).first() if pk else None


def _of(file: AnswerFile | ImportRun | None, part: Any = "") -> str:
    """What the form and the second sheet say of it: the file it is about, and the part of it."""
    return " · ".join(str(word) for word in (file and file.file_name, part) if word)


def _of_own(family: str, user: User) -> Exists:
    return Exists(Family.objects.visible_to(user).filter(pk=OuterRef(family)))


def _if_own(value: Any) -> Case:
    return Case(When(own=True, then=value))


def _counted(counted: dict[str, Any], name: str) -> Cast:
    """What was counted lies in the run's row, not in a table: it is handed over whole and read by the village's code."""
    by_code = Value(counted, output_field=JSONField())
    found = Func(by_code, F("code"), Value(name), function="jsonb_extract_path_text", output_field=CharField())
    return Cast(found, IntegerField())


def address_of(name: str, listed: str, page: str) -> Callable[[QueryDict], str]:
    """The page of the file or run; the list of them where the address names none."""

    def address(params: QueryDict) -> str:
        pk = row_id(params.get(name, ""))
        if not pk:
            return reverse(listed)
        rest = params.copy()
        rest.pop(name)
        return f"{reverse(page, args=[pk])}?{rest.urlencode()}" if rest else reverse(page, args=[pk])

    return address


_ANSWER = address_of(FILE, "households:answers", "households:answer")
_STATES = dict(RegistrationState.choices)
# Whose import was applied without moving a proposal is listed as that, and not as cancelled.
_ANSWER_STATE = Case(When(moved_nothing=True, then=Value(MOVED_NOTHING)), default=F("state"), output_field=CharField())
_ANSWER_STATES = {**dict(AnswerFileState.choices), MOVED_NOTHING: _("Tanpa perubahan")}

register(
    Listing(
        key="jawaban",
        title=_("Jawaban Kementerian"),
        permission=Permission.REGISTRATION_RESULT,
        page="households:answers",
        shown=answer_rows_shown,
        place="file__area__code",
        address=_ANSWER,
        tells=(FILE, PART),
        columns=(
            Column(_("Nomor baris"), "line", Kind.WHOLE),
            Column(_("NIK"), "masked"),
            Column(_("Nomor pendaftaran"), "registration_id", Kind.SHAPED, shape="DFT-{}"),
            Column(_("Kepala keluarga"), "head"),
            Column(_("Desa"), "village_here"),
            Column(_("Sekarang"), "state_here", Kind.CODE, _STATES),
            Column(_("Menurut jawaban"), "kind", Kind.CODE, dict(AnswerKind.choices)),
            Column(_("Kode alasan"), "reason", Kind.WORDS),
            Column(_("Desil"), "decile", Kind.WHOLE),
            Column(_("Periode desil"), "period"),
            Column(_("Nama di sini"), "here"),
            Column(_("Nama di berkas"), "said", Kind.WORDS),
            Column(_("Orangnya sama karena"), "same_person_reason", Kind.WORDS),
            Column(_("Hasil"), "outcome", Kind.CODE, dict(AnswerOutcome.choices)),
            Column(_("Sebab"), "problem", Kind.WORDS),
        ),
    ),
    Listing(
        key="jawaban-tidak-ada",
        title=_("Usulan tanpa jawaban di berkas"),
        permission=Permission.REGISTRATION_RESULT,
        page="households:answers",
        shown=absent_shown,
        place=LISTINGS["pendaftaran"].place,
        address=_ANSWER,
        tells=(FILE, PART),
        columns=LISTINGS["pendaftaran"].columns,
    ),
    Listing(
        key="berkas-jawaban",
        title=_("Berkas jawaban Kementerian"),
        permission=Permission.REGISTRATION_RESULT,
        page="households:answers",
        shown=answer_files_shown,
        place="area__code",
        columns=(
            Column(_("Nomor jawaban"), "pk", Kind.SHAPED, shape="JWB-{}"),
            Column(_("Nama berkas"), "file_name", Kind.WORDS),
            Column(_("Wilayah"), "area__name"),
            Column(_("Oleh"), person("uploaded_by")),
            Column(_("Diunggah"), "created_at", Kind.MOMENT),
            Column(_("Status"), _ANSWER_STATE, Kind.CODE, _ANSWER_STATES),
            Column(_("Sejak"), "state_since", Kind.MOMENT),
            Column(_("Baris di berkas"), "in_file", Kind.WHOLE),
        ),
    ),
    Listing(
        key="berkas-siks",
        title=_("Berkas untuk SIKS-NG"),
        permission=Permission.REGISTRATION_SEND,
        page="households:siks_export",
        shown=workbooks_shown,
        place="area__code",
        columns=(
            Column(_("Nomor berkas"), "pk", Kind.SHAPED, shape="SIKS-{}"),
            Column(_("Untuk apa"), "purpose", Kind.CODE, dict(SiksPurpose.choices)),
            Column(_("Wilayah"), "area__name"),
            Column(_("Oleh"), person("made_by")),
            Column(_("Dibuat"), "made_at", Kind.MOMENT),
            Column(_("Usulan"), "held", Kind.WHOLE),
            Column("SHA-256", "file_hash"),
        ),
    ),
    Listing(
        key="beda-impor",
        title=_("Orang yang tercatat lain di sini"),
        permission=Permission.IMPORT_RUN,
        also=(Permission.IMPORT_APPROVE,),
        page="households:imports",
        shown=conflicts_shown,
        place="run__area__code",
        address=address_of(RUN, "households:imports", "households:import_conflicts"),
        tells=(RUN,),
        columns=(
            Column(_("Nomor baris"), "line", Kind.WHOLE),
            Column(_("Nama di sini"), "name_here"),
            Column(_("Lahir di sini"), "born_here", Kind.DATE),
            Column(_("Jenis kelamin di sini"), "sex_here", Kind.CODE, dict(Sex.choices)),
            Column(_("Keluarga sekarang"), _if_own(F("stored_family_id")), Kind.SHAPED, shape="KEL-{}"),
            Column(_("Keluarga menurut berkas"), "extract_family_id", Kind.SHAPED, shape="KEL-{}"),
            Column(_("Nama di berkas"), "said_name", Kind.WORDS),
            Column(_("Lahir di berkas"), "said_birth_date"),
            Column(_("Jenis kelamin di berkas"), "said_sex", Kind.CODE, dict(Sex.choices)),
            Column(_("NIK di sini"), "said_nik_here"),
            Column(_("NIK di berkas"), "said_nik"),
            Column(_("Keputusan"), "outcome", Kind.CODE, DECISIONS),
            Column(_("Alasan keputusan"), "note", Kind.WORDS),
            Column(_("Diputuskan oleh"), person("decided_by")),
            Column(_("Diputuskan pada"), "decided_at", Kind.MOMENT),
        ),
    ),
    Listing(
        key="impor-desa",
        title=_("Isi impor per desa"),
        permission=Permission.IMPORT_RUN,
        also=(Permission.IMPORT_APPROVE,),
        page="households:imports",
        shown=villages_shown,
        place="code",
        address=address_of(RUN, "households:imports", "households:import"),
        tells=(RUN,),
        columns=(
            Column(_("Kode desa"), "code"),
            Column(_("Desa"), "name"),
            Column(_("Keluarga"), "families", Kind.WHOLE),
            Column(_("Orang"), "people", Kind.WHOLE),
            Column(_("Baru"), "new", Kind.WHOLE),
            Column(_("Berubah"), "changed", Kind.WHOLE),
            Column(_("Orang tidak ada di berkas"), "missing", Kind.WHOLE),
            Column(_("Keluarga tidak ada di berkas"), "missing_families", Kind.WHOLE),
        ),
    ),
)
