"""Rows of uploaded files that go back to people: those that were refused, those that were left as they are, and those of people who are
recorded otherwise here.

They leave as they came, with full numbers, so that they can be mended and uploaded again. The file is read anew by a job.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import CharField, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from households.exporting_imports import RUN, address_of, chosen
from households.importing import held_rows, left_out, rejects
from households.importing.reading import Unreadable
from households.models import ImportRun
from slrt.accounts.models import User
from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission
from slrt.core.errors import GuardFailed
from slrt.exports.registry import FORM, Asked, Listing, Shown, register

# Of a hundred: how far it is when the file is read to its end, and when its rows are compared with the registry.
READ, COMPARED = 60, 90
Moved = Callable[[int], None]


def refused_shown(asked: Asked) -> Shown:
    """The import whose refused rows are asked for; none when it has none."""
    run = _run(asked)
    refused = run.counts.get("refused", 0) if run else 0
    said = ngettext("%(n)d baris ditolak", "%(n)d baris ditolak", refused) % {"n": refused}
    return _shown(asked, run if refused else None, said)


def held_shown(asked: Asked) -> Shown:
    """The import whose rows that it leaves out are asked for; none when it leaves nobody, or nothing of it stands."""
    run = _run(asked)
    offered = run is not None and held_rows.are_offered(run)
    rows = run.counts.get(left_out.COUNT, 0) if run else 0
    said = ngettext("%(n)d baris dibiarkan", "%(n)d baris dibiarkan", rows) % {"n": rows} if rows else ""
    return _shown(asked, run if offered else None, said)


def asked_shown(asked: Asked) -> Shown:
    """The import of whose people some are recorded otherwise here; none when nobody is, or nothing of it stands."""
    run = _run(asked)
    offered = run is not None and held_rows.asked_are_offered(run)
    rows = run.counts.get("conflicts", 0) if run else 0
    said = ngettext("%(n)d baris tercatat lain", "%(n)d baris tercatat lain", rows) % {"n": rows}
    return _shown(asked, run if offered else None, said)


def _run(asked: Asked) -> ImportRun | None:
    run: ImportRun | None = chosen(ImportRun, asked, RUN)
    return run


def _shown(asked: Asked, run: ImportRun | None, said: str) -> Shown:
    rows = ImportRun.objects.filter(within(asked.user.areas_for(Permission.IMPORT_RUN), "area__code"))
    form = Value(asked.params.get(FORM, ""), output_field=CharField())
    rows = (rows.filter(pk=run.pk) if run else rows.none()).annotate(form=form)
    return Shown(rows, part=" · ".join(filter(None, (run.file_name, said))) if run else "")


def refused_sheet(rows: Any, user: User, moved: Moved) -> tuple[int, bytes]:
    """Return the sheet of refused rows; it is one. Raises GuardFailed."""
    return _sheet(rejects.build, rows, user, moved, COMPARED)


def held_sheet(rows: Any, user: User, moved: Moved) -> tuple[int, bytes]:
    """Return the sheet of rows that were left as they are; it is one. Raises GuardFailed, also while the run is worked on."""
    return _unwritten(held_rows.build, rows, user, moved)


def asked_sheet(rows: Any, user: User, moved: Moved) -> tuple[int, bytes]:
    """The same of rows of people who are recorded otherwise here."""
    return _unwritten(held_rows.build_asked, rows, user, moved)


def _unwritten(build: Callable[..., bytes], rows: Any, user: User, moved: Moved) -> tuple[int, bytes]:
    if rows.busy().exists():
        # It would compare beside the rows that are being written.
        raise GuardFailed("", _("Berkas impornya sedang dikerjakan. Unduh lagi sesudah selesai."))
    return _sheet(build, rows, user, moved, READ)


def _sheet(build: Callable[..., bytes], rows: Any, user: User, moved: Moved, read: int) -> tuple[int, bytes]:
    run = rows.select_related("started_by").first()
    if run is None:
        raise GuardFailed("", _("Berkas impornya tidak terlihat lagi oleh Anda."))

    def tell(looked_at: int, heading_row: int) -> None:
        moved(min(read, read * looked_at // max(run.counts.get("rows", 0), 1)))

    moved(0)
    try:
        return 1, build(run, by=user, form=run.form if run.form in rejects.FORMS else rejects.FORMS[0], tell=tell)
    except Unreadable as fault:
        raise GuardFailed("", str(fault)) from None


def _to_mend(asked: Asked) -> str:
    """Whoever uploaded the file has the rows already and takes them back to mend them."""
    run = _run(asked)
    mine = run is not None and run.started_by_id == asked.user.pk
    return _("Memperbaiki baris berkas %(run)s") % {"run": run} if mine else ""


def _sheet_of_a_run(
    key: str, title: Any, shown: Callable[[Asked], Shown], sheet: Callable[..., tuple[int, bytes]]
) -> None:
    register(
        Listing(
            key=key,
            title=title,
            permission=Permission.IMPORT_RUN,
            page="households:imports",
            shown=shown,
            place="area__code",
            address=address_of(RUN, "households:imports", "households:import"),
            tells=(RUN,),
            columns=(),
            letters=sheet,
            sheet=True,
            purpose=_to_mend,
        )
    )


_sheet_of_a_run("impor-ditolak", gettext_lazy("Baris ditolak"), refused_shown, refused_sheet)
_sheet_of_a_run("impor-dibiarkan", gettext_lazy("Baris yang dibiarkan"), held_shown, held_sheet)
_sheet_of_a_run("impor-tercatat-lain", gettext_lazy("Baris orang yang tercatat lain"), asked_shown, asked_sheet)
