"""A second person does not apply a preview but hands it back to whoever uploaded it, with a reason."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from households.choices.imports import ImportState
from households.importing import staging
from households.importing.applying import who_applies
from households.importing.claiming import move
from households.importing.kinds import KINDS
from households.models import ImportRun
from slrt.accounts.models import User
from slrt.audit import trail
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed
from slrt.core.numbers import masked
from slrt.core.sentence import Sentence
from slrt.jobs.reminding import Wanted, keep

VERB = "hand_back"
REMINDER = "import.back"
SUBJECT = "households.importrun"
_ENTRIES = AuditEntry.objects.filter(verb=VERB, subject=SUBJECT)
TOLD = gettext_noop("Berkas impor yang Anda unggah dikembalikan. Baca alasannya, perbaiki, lalu unggah lagi.")


def who_hands_back(run: ImportRun, by: User) -> str:
    """Why this person may not hand a preview back, or an empty text: whoever may apply it may, but for its uploader."""
    if by.pk == run.started_by_id:
        return _("Berkas ini Anda unggah sendiri. Batalkan bila tidak jadi.")
    return who_applies(run, by)


def hand_back(run: ImportRun, *, by: User, note: str, version: int) -> ImportRun:
    """Put a preview aside and tell its uploader why. Raises NotPermitted, GuardFailed without a reason, or TransitionNotAllowed."""
    if reason := who_hands_back(run, by):
        raise NotPermitted(reason)
    if not note.strip():
        raise GuardFailed("note", _("Tulis apa yang harus diperbaiki."))
    with transaction.atomic():
        row = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if row.version != version or not move(row.pk, (ImportState.PREVIEWED,), ImportState.CANCELLED):
            raise TransitionNotAllowed(_("Berkas ini sudah diterapkan, dibatalkan, atau sedang diterapkan."))
        staging.put_aside(row.pk)
        if row.kind in KINDS and (told := KINDS[row.kind].cancelled):
            told(row, by)
        said = masked(note.strip())[:300]
        trail.write(VERB, row, by=by, from_state=ImportState.PREVIEWED, to_state=ImportState.CANCELLED, note=said)
        wanted = Wanted(row.pk, clock.today(), Sentence(TOLD), place=row.area_id, owner=row.started_by_id)
        keep(REMINDER, SUBJECT, [wanted], settle=False)
    run.refresh_from_db()
    return run


def handed_back(runs: Iterable[ImportRun]) -> dict[int, AuditEntry]:
    """Return who handed which of these runs back, when and why, by the number of the run."""
    ended = [run.pk for run in runs if run.state == ImportState.CANCELLED]
    entries = _ENTRIES.filter(subject_id__in=ended).select_related("actor")
    return {entry.subject_id: entry for entry in entries if entry.subject_id} if ended else {}


def was_handed_back() -> Q:
    """The condition of the same, for a query over runs."""
    return Q(Exists(_ENTRIES.filter(subject_id=OuterRef("pk"))), state=ImportState.CANCELLED)
