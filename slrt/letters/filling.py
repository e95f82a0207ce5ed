"""Texts with placeholders in braces: which they hold, what is wrong with them, and filling them in. Pure.

The result is plain text that has not been escaped: pages and papers escape it like everything else they print.
"""

import re
from collections.abc import Collection, Iterable, Mapping

from django.utils.translation import gettext as _

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def fault(text: str, known: Collection[str]) -> str:
    """Return in a sentence what is wrong with a text's placeholders; empty when every one is known and closed."""
    unknown = [name for name in dict.fromkeys(PLACEHOLDER.findall(text)) if name not in known]
    listed = named(known)
    if unknown:
        said = _("%(wrong)s tidak dikenal. Yang bisa dipakai: %(listed)s.")
        return said % {"wrong": named(unknown), "listed": listed}
    if re.search(r"[{}]", PLACEHOLDER.sub("", text)):
        return _("Ada kurung kurawal tanpa pasangan. Yang bisa dipakai: %(listed)s.") % {"listed": listed}
    return ""


def named(names: Iterable[str]) -> str:
    """Return placeholders as they are written in a text, in a row."""
    return ", ".join(f"{{{name}}}" for name in names)


def fill(text: str, values: Mapping[str, object]) -> str:
    """Return a text with its placeholders filled in, once: what is filled in is not looked at again, an unknown one stays."""

    def value(match: re.Match[str]) -> str:
        return str(values[match[1]]) if match[1] in values else match[0]

    return PLACEHOLDER.sub(value, text)
