"""The facilitator's home visit on a phone: task list, short screens, check, send, receipt. Works without JavaScript.

Where to change what:

    start     list of visits, search, beginning     hub        the task list
    asking    a screen is opened or sent            showing    the page of a screen
    consent   the family refuses                    members    the list of members
    alike     who is registered already             numbers    a NIK or KK of another family
    copying   the same as the member before         clash      two values, one choice
    check     everything on one page, and sending   receipt    what was sent
    addresses what comes next and before            words      answers in words
    reach     whose visits and villages             book       the code book is chosen

The addresses of all of them stand in `households/urls.py`.
"""

from households.views.visits.alike import visit_alike
from households.views.visits.asking import visit_screen
from households.views.visits.book import visit_book
from households.views.visits.check import visit_check
from households.views.visits.clash import visit_settle
from households.views.visits.consent import visit_refuse
from households.views.visits.hub import visit_hub
from households.views.visits.members import visit_member_remove, visit_members
from households.views.visits.receipt import visit_receipt
from households.views.visits.start import visit_begin, visit_list, visit_new

__all__ = [
    "visit_alike",
    "visit_begin",
    "visit_book",
    "visit_check",
    "visit_hub",
    "visit_list",
    "visit_member_remove",
    "visit_members",
    "visit_new",
    "visit_receipt",
    "visit_refuse",
    "visit_screen",
    "visit_settle",
]
