"""The facilitator chooses the code book of a visit, before the family is asked anything."""

from django.db import transaction
from django.utils.translation import gettext as _

from households.models import Visit
from households.questionnaire import QUESTIONNAIRES, consent
from households.questionnaire.flow import empty_answers
from households.visiting.beginning import known_answers
from households.visiting.draft import open_draft
from slrt.accounts.models import User
from slrt.audit import trail
from slrt.core.errors import GuardFailed


def choose_book(visit: Visit, book: str, *, by: User) -> Visit:
    """Make the visit with another code book (`bdt2015`, `regsosek2022k`). Its answers begin anew: codes are never translated.

    Raises GuardFailed for a book that is none and once the family has agreed, NotPermitted or TransitionNotAllowed; then nothing
    changed.
    """
    with transaction.atomic():
        row = open_draft(visit, by)
        if book not in QUESTIONNAIRES:
            raise GuardFailed("book", _("Pilih salah satu buku kode."))
        if consent.is_given(row.answers):
            raise GuardFailed(
                "book", _("Buku kode tidak bisa diganti lagi sesudah keluarga setuju dan pendataan mulai.")
            )
        before = row.answers
        answers = known_answers(row.family, book) if row.family else empty_answers(book)
        if row.family is None:
            answers.update({"first": before["first"]} if "first" in before else {})
            answers["household"].update({"kk": before["household"]["kk"]} if "kk" in before["household"] else {})
        row.answers, row.questionnaire, row.version = answers, QUESTIONNAIRES[book].version, row.version + 1
        row.save()
        trail.write("choose_book", row, by=by, codebook=book)
    return row
