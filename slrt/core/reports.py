"""What a report of a fault may say, should anybody have faults mailed or shown: its kind and the places it came from.

Django's own report holds what was sent, every variable and the fault's text, which of a refused row is the row.
"""

import traceback
from html import escape
from typing import Any

from django.views.debug import ExceptionReporter

from slrt.core.numbers import masked


class PlacesOnly(ExceptionReporter):
    """A report without values, source lines, settings, cookies and what was sent."""

    def get_traceback_text(self) -> str:
        """The report as text."""
        kind: Any = self.exc_type
        asked = [f"{self.request.method} {masked(self.request.path)}"] if self.request is not None else []
        places = [f"{at.filename}:{at.lineno} {at.name}" for at in traceback.extract_tb(self.tb)]
        return "\n".join([*asked, kind.__name__ if kind is not None else "-", *places])

    def get_traceback_html(self) -> str:
        """The report as a page."""
        return f"<pre>{escape(self.get_traceback_text())}</pre>"
