"""Why the person who bears a NIK may not be entered on a visit: dead, gone from another area, or plainly somebody else."""

from datetime import date

from django.utils.translation import gettext as _

from households.models import Membership, Person
from households.names import fold
from households.registry.numbers import whom_to_ask
from slrt.accounts.models import User
from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission


def why_not(bearer: Person, *, by: User, village: str, name: str = "", born: date | None = None) -> str:
    """Return a sentence that says what stands in the way and whom to ask, "" when nothing does.

    `village` is where the visit is made, `name` and `born` are as entered there. Somebody from outside the own area is not named.
    Somebody who lives in a family now is not looked at: that is a move.
    """
    # Two questions: open and ended memberships have an index each, both together have none.
    rows = bearer.memberships.select_related("family__household")
    last = rows.open().first() or rows.filter(ended_on__isnull=False).order_by("-ended_on", "-pk").first()
    if bearer.died_on is not None:
        who = whom_to_ask(village, last.family.place_code if last else village, permission=Permission.DEATH_CORRECT)
        return _(
            "NIK ini milik orang yang tercatat sudah meninggal. Cocokkan lagi dengan KTP. Kalau ia ternyata masih hidup,"
            " hubungi %(who)s untuk membetulkan kematiannya dulu. Isian kunjungan ini tetap tersimpan."
        ) % {"who": who}
    if last is None or bearer.memberships.open().exists():
        return ""
    own = within(by.areas_for(Permission.FAMILY_VIEW), "family__household__village__code")
    if not Membership.objects.filter(own, pk=last.pk).exists():
        return _(
            "NIK ini milik orang yang pernah tercatat di luar wilayah Anda. Hubungi %(who)s, atau catat dia tanpa NIK dulu."
            " Isian kunjungan ini tetap tersimpan."
        ) % {"who": whom_to_ask(village, last.family.place_code)}
    differs = bool(name) and fold(name) != bearer.name_folded
    if differs and born is not None and bearer.birth_date is not None and born != bearer.birth_date:
        return _(
            "NIK ini milik %(name)s yang sudah terdata, dengan tanggal lahir lain. Cocokkan dengan KTP, atau catat orang ini"
            " tanpa NIK dulu."
        ) % {"name": bearer.name}
    return ""
