"""What has to be mended before a visit can be sent, and what is only odd."""

from typing import Any

from django.utils.translation import gettext as _

from households.choices.person import Relation
from households.codebook.variable import UNKNOWN
from households.models import Visit
from households.questionnaire import Step, head_count, is_known, waiting
from households.visiting.ages import odd_members
from households.visiting.departures import head_gone
from households.visiting.problem import Problem
from slrt.core import clock


def problems(visit: Visit) -> list[Problem]:
    """Return what has to be mended before sending: screens not filled, no head, two heads, one NIK twice, impossible ages."""
    answers, found = visit.answers, []
    for step in waiting(answers, clock.today()):
        sentence = _waits(step, answers) % {"title": step.screen.title}
        if step.member:
            sentence = f"{answers['members'][step.member].get('name') or _('Belum bernama')}: {sentence}"
        found.append(Problem(step.id, sentence))
    members = [answers["members"][key] for key in answers["order"]]
    heads = [member for member in members if member.get("relation") == Relation.HEAD]
    if not members:
        found.append(Problem("members", _("Belum ada anggota keluarga. Tambahkan kepala keluarga dulu.")))
    elif len(heads) != 1:
        sentence = (
            _("Belum ada kepala keluarga. Pilih satu anggota.")
            if not heads
            else _("Ada lebih dari satu kepala keluarga. Sisakan satu.")
        )
        found.append(Problem("members", sentence))
    niks = [member["nik"] for member in members if member.get("nik") not in (None, "", UNKNOWN)]
    if len(set(niks)) != len(niks):
        found.append(Problem("members", _("Dua anggota memakai NIK yang sama. Periksa KTP keduanya.")))
    return found + head_gone(visit) + odd_members(answers)


def _waits(step: Step, answers: dict[str, Any]) -> str:
    """What a screen that was not saved still waits for."""
    if step.id in answers.get("begun", []):
        return _('Bagian "%(title)s" sudah diisi sebagian. Simpan dulu layarnya.')
    if step.id in answers["saved"]:
        return _('Bagian "%(title)s" belum ditanyakan untuk anggota yang ditambahkan kemudian.')
    if is_known(step, answers):
        return _('Bagian "%(title)s" terisi dari data lama, belum diperiksa. Cocokkan, lalu simpan.')
    return _('Bagian "%(title)s" belum diisi.')


def doubts(visit: Visit) -> list[Problem]:
    """Return what looks odd but keeps no visit from being sent: another number of members than was told."""
    told, entered = head_count(visit.answers), len(visit.answers["order"])
    if told is None or told == entered or not entered:
        return []
    sentence = _(
        "Jumlah anggota ditulis %(told)s orang, yang dicatat %(entered)s. Periksa siapa yang kurang atau lebih, atau betulkan"
        " jumlahnya. Data tetap bisa dikirim."
    )
    return [Problem("card", sentence % {"told": told, "entered": entered})]
