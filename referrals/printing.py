"""Letters of referrals as PDF, many in one file: what the page of one letter says, a page each."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, PageBreak, Spacer

from referrals.models import Referral
from referrals.selectors import letter_values
from slrt.accounts.models import User
from slrt.audit import trail
from slrt.audit.models import AuditEntry
from slrt.core.numbers import masked
from slrt.core.templatetags.ui import tanggal
from slrt.letters.choices import LetterKind
from slrt.letters.counting import Counted
from slrt.letters.letterhead import Letterhead, copies, head, letterhead, signature
from slrt.letters.paper import TITLE, document, facts, lines, paragraph
from slrt.letters.wording import Wording, wording


def letter_wording(row: Referral) -> Wording:
    """Return what the office says in a letter before and after its own part: in Indonesian, whatever its writer reads SLRT in."""
    with override(settings.LANGUAGE_CODE):
        return wording(LetterKind.REFERRAL, letter_values(row))


def letter_frame(row: Referral) -> dict[str, Any]:
    """Return what a letter's page shows around its own part: the office, the reference, place and date."""
    with override(settings.LANGUAGE_CODE):
        of = letterhead(row.family.household.village_id)
        return {"head": of, "reference": [line for line in reference(row) if line[1]], "dated": dated(row, of)}


def letters(rows: QuerySet, by: User, moved: Callable[[int], None]) -> tuple[int, bytes]:
    """Return how many letters there are and one PDF of them, in the rows' order; each is noted as the page of one letter is.

    `moved` is told how many are laid out and may raise to end it. Call it inside a transaction.
    """
    body: list[Flowable] = []
    found = _in_order(rows)
    for n, row in enumerate(found, start=1):
        trail.write("letter", row, by=by, entry_kind=AuditEntry.Kind.EXPORT)
        with override(settings.LANGUAGE_CODE):
            body += [*([PageBreak()] if body else []), *_letter(row), Counted(n, moved)]
    return len(found), document(_("Surat rujukan"), body)


def _in_order(rows: QuerySet) -> list[Referral]:
    ids = list(rows.values_list("pk", flat=True))
    whole = Referral.objects.for_page().select_related("person", "signed_by").prefetch_related("prerequisites")
    found = whole.in_bulk(ids)
    return [found[pk] for pk in ids]


def _letter(row: Referral) -> list[Flowable]:
    """One letter; `templates/referrals/letter.html` says the same on the screen."""
    said, of = letter_wording(row), letterhead(row.family.household.village_id)
    closing = said.closing or f"{_('Mohon jawaban paling lambat')} {tanggal(row.due_at)}."
    return [
        *head(of),
        paragraph(_("Surat rujukan"), TITLE),
        Spacer(1, 4 * mm),
        facts(tuple(line for line in reference(row) if line[1])),
        *lines(f"{_('Yth.')} {row.receiver.name}\n{row.receiver.address}".strip()),
        *lines(said.opening or _("Dengan ini kami merujuk:")),
        facts(_about(row)),
        *lines(masked(str(row.need))),
        paragraph(f"{_('Syarat:')} {_papers(row)}"),
        *lines(closing),
        *signature(row.signed_by, dated(row, of)),
        *copies(of),
    ]


def reference(row: Referral) -> tuple[tuple[str, str], ...]:
    """Return what stands at the top of an official letter: its number, nature, enclosures and subject; empty is left out."""
    enclosed = sum(paper.met for paper in row.prerequisites.all())
    return (
        (_("Nomor"), row.letter_number),
        (_("Sifat"), settings.LETTER_NATURE),
        (_("Lampiran"), _("%(n)s berkas") % {"n": enclosed} if enclosed else "–"),
        (_("Hal"), row.programme.name),
    )


def dated(row: Referral, of: Letterhead) -> str:
    """Return where and when a letter was written; only when, while the office has not said where."""
    return ", ".join(part for part in (of.town, tanggal(row.sent_at or row.state_since)) if part)


def _about(row: Referral) -> tuple[tuple[str, Any], ...]:
    person, house = row.person or row.family.head, row.family.household
    return (
        (_("Nama"), person.name if person else "–"),
        ("NIK", (person.nik_encrypted if person else None) or "–"),
        (_("Alamat"), f"{masked(house.address) or '–'}, {house.village.name}"),
    )


def _papers(row: Referral) -> str:
    later = _("menyusul")
    return (
        ", ".join(paper.label if paper.met else f"{paper.label} ({later})" for paper in row.prerequisites.all()) or "–"
    )
