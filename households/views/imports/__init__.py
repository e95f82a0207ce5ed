"""Bulk imports: upload, preview, apply, refused rows back, differences to decide.

Where to change what:

    uploads     the list, and a new file      page         one run, as it stands
    words       what changes, in words        steps        apply, cancel, read again
    columns     unknown headings              taking_back  an applied file goes back
    rejects     rows not written as a file    conflicts    who lives elsewhere here
    blank       sheets to fill in             handing_back  a preview goes back to its uploader
    absent      families and people no longer in the file, families with other people
    headless    the families without a head
    reach       who works with whose runs

The addresses of all of them stand in `households/urls.py`.
"""

from households.views.imports.absent import import_absent, import_absent_people, import_replaced
from households.views.imports.blank import import_blank
from households.views.imports.columns import import_columns
from households.views.imports.conflicts import conflict_decide, import_conflicts
from households.views.imports.handing_back import import_hand_back
from households.views.imports.headless import import_headless
from households.views.imports.page import import_detail
from households.views.imports.rejects import import_asked_rows, import_held_rows, import_rejects
from households.views.imports.steps import import_apply, import_cancel, import_retry
from households.views.imports.taking_back import import_take_back
from households.views.imports.uploads import import_list

__all__ = [
    "conflict_decide",
    "import_absent",
    "import_absent_people",
    "import_apply",
    "import_asked_rows",
    "import_blank",
    "import_cancel",
    "import_columns",
    "import_conflicts",
    "import_detail",
    "import_hand_back",
    "import_headless",
    "import_held_rows",
    "import_list",
    "import_rejects",
    "import_replaced",
    "import_retry",
    "import_take_back",
]
