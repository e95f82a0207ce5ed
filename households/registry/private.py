"""What a family answered and is kept encrypted: it names somebody, or their accounts and papers."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from households.codebook import ASKED
from households.models import Family, SurveyRound
from households.querysets.household import BY_RELATION
from households.registry.rounds import rounds_of, stays_of


@dataclass(frozen=True)
class PrivateAnswer:
    """One answer in the words of its code book: of whom ("" for the household), which question, and when it was given."""

    whom: str
    name: str
    label: str
    value: str
    said_on: date
    book: str


def private_answers(family: Family) -> list[PrivateAnswer]:
    """Return the private answers of the household and its present members, each as it was said last; the household's first.

    Answers of former houses count, those of people who lived in the present one before do not.
    Whoever shows them asks for the permission and leaves the line in the trail.
    """
    names = dict(
        family.memberships.open().order_by(BY_RELATION, "person__birth_date").values_list("person", "person__name")
    )
    newest: dict[tuple[int, str, str], PrivateAnswer] = {}
    rounds = rounds_of(family, stays_of(family)).reverse().prefetch_related("person_answers")
    for survey in rounds:
        _take(newest, survey, 0, "", survey.private)
        for row in survey.person_answers.all():
            if row.person_id in names:
                _take(newest, survey, row.person_id, names[row.person_id], row.private)
    order = [0, *names]
    return [answer for key, answer in sorted(newest.items(), key=lambda found: order.index(found[0][0]))]


def _take(
    newest: dict[tuple[int, str, str], PrivateAnswer], survey: SurveyRound, person: int, whom: str, private: Any
) -> None:
    for name, code in (private or {}).items():
        variable = ASKED[survey.codebook].get(name)
        label = str(variable.label) if variable else _("Alasan angka yang janggal dipertahankan")
        value = variable.say(code) if variable else str(code)
        shown = PrivateAnswer(whom, name, label, value, survey.collected_on, survey.get_codebook_display())
        newest.setdefault((person, survey.codebook, name), shown)
