"""What has to be mended before a visit can be sent."""

from django.utils.translation import gettext as _

from households.choices.person import Relation
from households.codebook.variable import UNKNOWN
from households.models import Visit
from households.questionnaire import waiting
from households.visiting.ages import children_too_old
from households.visiting.problem import Problem
from slrt.core import clock


def problems(visit: Visit) -> list[Problem]:
    """Return what has to be mended before sending: screens not filled, no head, two heads, one NIK twice, impossible ages."""
    answers, found = visit.answers, []
    for step in waiting(answers, clock.today()):
        if step.screen.optional:
            sentence = _('Bagian "%(title)s" sudah diisi sebagian. Simpan dulu layarnya.')
        else:
            sentence = _('Bagian "%(title)s" belum diisi.')
        sentence %= {"title": step.screen.title}
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
    return found + children_too_old(answers)
