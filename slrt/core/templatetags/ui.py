"""How things look in words: tags, dates, numbers, masks, bars. No domain word in here."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from slrt.core import clock, crypto, numbers
from slrt.core.bounded import Beyond

register = template.Library()
FITS = 16  # signs of a file's name that stand on one line of a phone, beside a tag


@register.simple_tag
def tag(text: Any, tone: str = "neutral") -> SafeString:
    """A word with a tone: neutral, info, progress, good, warn or bad."""
    return format_html('<span class="tag tag-{}">{}</span>', tone, text)


@register.simple_tag
def state_tag(obj: Any) -> SafeString:
    """The tag of a row's state, with the tone its states enum gives it (`obj.STATES`)."""
    state = obj.STATES(obj.state)
    return tag(state.label, state.tone)


@register.filter
def masked(number: str | None) -> str:
    """A 16-digit number as lists show it, never broken over two lines."""
    return format_html('<span class="number">{}</span>', crypto.mask(number)) if number else "–"


@register.filter
def unnumbered(words: str | None) -> str:
    """What somebody said in words, every NIK or KK number in it as lists show numbers. A text kept from before may hold one."""
    return numbers.masked(words or "")


@register.filter
def unnumbered_whole(words: str | None) -> str:
    """The number of minutes or of a decree, every NIK or KK number in one piece in it as lists show numbers (`masked_whole`)."""
    return numbers.masked_whole(words or "")


@register.filter
def breakable(name: str) -> SafeString | str:
    """A long name of a file, which may be broken over lines after its separators; a browser alone breaks it anywhere.

    A number in a name kept from before is masked.
    """
    name = numbers.masked(name)
    if len(name) <= FITS:
        return name
    return format_html_join(SafeString("<wbr>"), "{}", ((part,) for part in re.split(r"(?<=[_.-])(?=[^\W_])", name)))


@register.filter
def tanggal(value: date | datetime | None) -> str:
    """23 November 2026."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return date_format(value, "j F Y")


@register.filter
def waktu(value: datetime | None) -> str:
    """23 November 2026, 10.02."""
    return "–" if value is None else date_format(timezone.localtime(value), "j F Y, H.i")


@register.filter
def angka(value: Any) -> str:
    """1.250.000; 1.000+ for what was counted no further."""
    if isinstance(value, Beyond):
        return f"{number_format(value - 1, force_grouping=True)}+"
    return "–" if value is None else number_format(value, force_grouping=True)


@register.filter
def rupiah(value: Any) -> str:
    """Rp1.250.000."""
    return "–" if value is None else f"Rp{number_format(value, 0, force_grouping=True)}"


@register.filter
def umur(born: date | None) -> str:
    """Age in full years, in months below two years."""
    if born is None:
        return "–"
    today = clock.today()
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if months < 24:
        return ngettext("%(n)d bulan", "%(n)d bulan", months) % {"n": max(months, 0)}
    return ngettext("%(n)d tahun", "%(n)d tahun", months // 12) % {"n": months // 12}


@register.simple_tag
def deadline(due: datetime | None, paused: bool = False) -> SafeString:
    """What is left of a deadline, in words first: Sisa 2 hari, Hari ini, Lewat 3 hari."""
    if due is None:
        return tag("–")
    if paused:
        return tag(_("Menunggu warga"), "neutral")
    days = (timezone.localdate(due) - clock.today()).days
    if days < 0 or due < clock.now():
        late = max(-days, 1)
        return tag(ngettext("Lewat %(n)d hari", "Lewat %(n)d hari", late) % {"n": late}, "bad")
    if days == 0:
        return tag(_("Hari ini"), "warn")
    return tag(ngettext("Sisa %(n)d hari", "Sisa %(n)d hari", days) % {"n": days}, "warn" if days == 1 else "neutral")


@register.simple_tag
def bar(value: int, total: int) -> SafeString:
    """A horizontal bar as SVG; the number stands beside it in words."""
    width = 0 if not total or not value else min(max(1, round(100 * value / total)), 100)
    return format_html(
        '<svg class="bar" viewBox="0 0 100 7" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="100" height="7" rx="2"/><rect width="{}" height="7" rx="2"/></svg>',
        width,
    )


@register.simple_tag
def decile(value: int | None, period: str = "") -> SafeString:
    """Ten marks with the decile's own filled, then the number and its period."""
    if value is None:
        return tag(_("Belum ada desil"))
    marks = format_html_join(
        "", "<i{}></i>", ((SafeString(' class="on"') if n <= value else "",) for n in range(1, 11))
    )
    return format_html(
        '<span class="decile" aria-hidden="true">{}</span><span class="kept">{} {}</span>',
        marks,
        value,
        f"({period})" if period else "",
    )


@register.filter
def ago(days: int) -> date:
    """The date so many days before today."""
    return clock.today() - timedelta(days=days)
