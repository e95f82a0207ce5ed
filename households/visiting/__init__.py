"""A home visit: begun, filled screen by screen, resumed, checked, sent. Sending writes everything in one transaction.

Where to change what:

    beginning   what a new draft knows already       consent     the family refuses
    saving      one screen is kept                   members     one out, and back again
    checking    what keeps it back, what is odd      ages        ages and relations that are odd
    sending     from draft to registry               writing     household, family, card, round
    people      persons and who belongs where        settling    two values, one choice
    draft       who may write a draft, and when      fields      the registry's fields on a visit
    departures  who died, moved away, was taken out
    problem     a sentence and the screen it names   book        which code book it is made with
"""

from households.visiting.beginning import begin, known_answers
from households.visiting.book import choose_book
from households.visiting.checking import doubts, problems
from households.visiting.consent import refuse
from households.visiting.departures import DIED, gone, leaving
from households.visiting.draft import moved_away
from households.visiting.fields import HOUSEHOLD_FIELDS, MEMBER_FIELDS, PERSON_FIELDS
from households.visiting.members import new_member_key, remove_member, restore_member
from households.visiting.problem import Problem
from households.visiting.saving import Seen, mark, save_screen
from households.visiting.sending import send
from households.visiting.settling import accept_stored_version

__all__ = [
    "DIED",
    "HOUSEHOLD_FIELDS",
    "MEMBER_FIELDS",
    "PERSON_FIELDS",
    "Problem",
    "Seen",
    "accept_stored_version",
    "begin",
    "choose_book",
    "doubts",
    "gone",
    "known_answers",
    "leaving",
    "mark",
    "moved_away",
    "new_member_key",
    "problems",
    "refuse",
    "remove_member",
    "restore_member",
    "save_screen",
    "send",
]
