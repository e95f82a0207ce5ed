"""A person decides what happens to somebody of the extract who already lives in another family here."""

from django.db import transaction
from django.utils.translation import gettext as _

from households.models import Family, ImportConflict, Membership, Person
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed


def decide(conflict: ImportConflict, decision: str, *, by: User, note: str) -> ImportConflict:
    """Keep the person where they are ("keep") or move them to the extract's family ("move"). Raises Refusals.

    Somebody whom the file takes for another person of the same family can only be kept; what is wrong here is corrected there.
    """
    allowed = may(by, Permission.IMPORT_RUN, conflict.run)
    if not allowed:
        raise NotPermitted(allowed.reason)
    if decision not in ("keep", "move"):
        raise GuardFailed("decision", _("Pilih: tetap atau pindah."))
    if not note.strip():
        raise GuardFailed("note", _("Tulis alasan keputusan Anda."))
    with transaction.atomic():
        row = ImportConflict.objects.select_for_update(of=("self",)).get(pk=conflict.pk)
        if row.decision:
            raise TransitionNotAllowed(_("Perbedaan ini sudah diputuskan."))
        if decision == "move":
            _move(row, by)
        row.decision, row.decided_by, row.decided_at, row.note = decision, by, clock.now(), note.strip()[:300]
        row.save()
        trail.write(
            "decide", row, by=by, place=conflict.run.area_id, to_state=decision, note=row.note, person=row.person_id
        )
    return row


def _move(row: ImportConflict, by: User) -> None:
    if row.stored_family_id == row.extract_family_id:
        raise GuardFailed(
            "decision", _("Orang ini sudah tercatat di keluarga itu. Betulkan datanya di halaman anggota bila perlu.")
        )
    stored = Family.objects.select_related("household").get(pk=row.stored_family_id)
    if not Family.objects.visible_to(by).filter(pk=stored.pk).exists():
        raise NotPermitted(_("Keluarga lama di luar wilayah Anda. Minta petugas wilayah itu memutuskan."))
    target = Family.objects.filter(pk=row.extract_family_id or 0).first()
    if target is None:
        raise GuardFailed(
            "decision", _("Keluarga tujuan belum ada. Terapkan berkas itu lagi sesudah keluarga tercatat.")
        )
    today = clock.today()
    person = Person.objects.get(pk=row.person_id).survivor().pk
    Membership.objects.open().filter(person_id=person).update(ended_on=today, end_reason="moved")
    relation = row.relation or "8"
    if relation == "1" and target.memberships.open().filter(relation="1").exists():
        relation = "8"
    Membership.objects.create(
        person_id=person, family=target, relation=relation, household_relation=relation, started_on=today
    )
    if stored.head_id == person:
        stored.head = None
        stored.save()
    if relation == "1":
        target.head_id = person
        target.save()
