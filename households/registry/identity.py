"""Whether a NIK agrees with Dukcapil's records, and the way of people without NIK to civil registration."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from households.choices.events import CivilTaskState, MatchSource
from households.choices.person import NikMatch
from households.models import CivilTask, Family, Membership, NikCheck, Person
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted, StaleVersion


def record_check(
    family: Family, person: Person, *, by: User, result: str, source: str, version: int, note: str = ""
) -> NikCheck:
    """Record what a comparison of a member's NIK gave. `version` is the person's as it was seen.

    Raises NotPermitted, StaleVersion, or GuardFailed: nothing to compare, or a result that is none.
    """
    decision = may(by, Permission.REGISTRATION_IDENTITY, family)
    if not decision:
        raise NotPermitted(decision.reason)
    with transaction.atomic():
        who = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        if not family.memberships.open().filter(person=who).exists():
            raise GuardFailed("result", _("Orang ini bukan anggota keluarga ini lagi. Muat ulang halamannya."))
        if who.version != version:
            raise StaleVersion(_("Data orang ini sudah diubah orang lain sejak Anda membukanya."), current=who)
        if who.nik_index is None:
            raise GuardFailed("result", _("Orang ini belum punya NIK, jadi tidak ada yang dicocokkan."))
        if result in (NikMatch.UNMATCHED, NikMatch.DUPLICATE) and not note.strip():
            raise GuardFailed("note", _("Tulis apa yang berbeda, supaya bisa dibetulkan."))
        before, who.nik_match, who.version = who.nik_match, NikMatch(result), who.version + 1
        who.save()
        check = NikCheck.objects.create(
            person=who,
            result=who.nik_match,
            source=MatchSource(source),
            checked_on=clock.today(),
            at=clock.now(),
            by=by,
            note=note.strip()[:300],
        )
        trail.write(
            "nik_check", family, by=by, note=check.note, person=who.pk, before=before, result=result, source=source
        )
    return check


def without_nik(user: User) -> QuerySet[Membership]:
    """Return the open memberships of living people without NIK in the own area, longest known first."""
    area = within(user.areas_for(Permission.FAMILY_VIEW), "family__household__village__code")
    return (
        Membership.objects.open()
        .filter(area, person__nik_index=None, person__died_on=None)
        .select_related("person__civil_task__by", "family__household__village", "family__head")
        .order_by("person__created_at", "person_id")
    )


def take_step(
    family: Family, person: Person, *, by: User, state: str, note: str = "", version: int | None = None
) -> CivilTask:
    """Note how far a person without NIK is on the way to civil registration. `version` is the task's as it was seen, 0 for none.

    Raises NotPermitted, StaleVersion, or GuardFailed for somebody who has a NIK by now or a return without what is missing.
    """
    decision = may(by, Permission.FAMILY_CHANGE, family)
    if not decision:
        raise NotPermitted(decision.reason)
    with transaction.atomic():
        who = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        if not family.memberships.open().filter(person=who).exists():
            raise GuardFailed("state", _("Orang ini bukan anggota keluarga ini lagi. Muat ulang halamannya."))
        if who.nik_index is not None:
            raise GuardFailed("state", _("Orang ini sudah punya NIK, tugasnya selesai."))
        task = CivilTask.objects.filter(person=who).first() or CivilTask(person=who, version=0)
        if version not in (None, task.version):
            raise StaleVersion(_("Data orang ini sudah diubah orang lain sejak Anda membukanya."), current=task)
        if state == CivilTaskState.RETURNED and not note.strip():
            raise GuardFailed("note", _("Tulis surat apa yang kurang."))
        before = task.state if task.pk else CivilTaskState.OPEN
        task.state, task.state_since, task.by = CivilTaskState(state), clock.now(), by
        task.note = note.strip()[:300]
        task.version += 1
        task.save()
        trail.write("civil_task", family, by=by, from_state=before, to_state=task.state, note=task.note, person=who.pk)
    return task
