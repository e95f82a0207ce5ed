"""What pages show of complaints."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from complaints import tracking
from complaints.choices import ComplaintState as S
from complaints.models import Complaint, RoutingRule
from complaints.routing import most_particular
from slrt.accounts.models import User
from slrt.audit.models import AuditEntry
from slrt.core import crypto
from slrt.core.templatetags.ui import tanggal

TABS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "new": (lazy("Baru"), (S.RECORDED,)),
    "check": (lazy("Perlu diperiksa"), (S.TRIAGED, S.DATA_CHECK, S.HOME_VISIT, S.ASSESSED, S.IN_HANDLING, S.REOPENED)),
    "referred": (lazy("Dirujuk"), (S.REFERRED,)),
    "citizen": (lazy("Menunggu warga"), (S.INCOMPLETE,)),
    "tell": (lazy("Perlu disampaikan"), (S.ANSWERED_ON_SPOT, S.RESOLVED)),
    "close": (lazy("Perlu ditutup"), (S.FEEDBACK_GIVEN,)),
    "done": (lazy("Selesai"), (S.CLOSED, S.REJECTED)),
}


def state_counts(user: User) -> dict[str, int]:
    """Return how many visible complaints are in each state."""
    visible = Complaint.objects.visible_to(user).order_by()
    return dict(visible.values_list("state").annotate(n=Count("pk")))


ROUTED = frozenset(
    {S.RECORDED, S.TRIAGED, S.DATA_CHECK, S.ASSESSED, S.REOPENED}
)  # where it is still open which way to go


def proposal(complaint: Complaint) -> RoutingRule | None:
    """Return the rule that proposes a way for a complaint, the most particular of those that fit; None without one."""
    if complaint.state not in ROUTED:
        return None
    rules = RoutingRule.objects.fitting(complaint.sector, complaint.issue, complaint.village_id)
    return most_particular(rules)


@dataclass(frozen=True)
class PublicStep:
    """One step as a citizen sees it: words without names, and when it was reached."""

    title: str
    at: datetime | None
    done: bool
    now: bool = False


def find_by_code(text: str) -> Complaint | None:
    """Return the complaint of a tracking code, or None; a code that cannot be one costs the same look-up."""
    letters = tracking.normalise(text) or "-"
    return Complaint.objects.filter(tracking_index=crypto.blind_index(letters)).select_related("village").first()


_PASSED: tuple[tuple[Any, frozenset[str]], ...] = (
    ("received", frozenset(S.values)),
    ("checked", frozenset(set(S.values) - {S.RECORDED})),
    ("handled", frozenset({S.REFERRED, S.IN_HANDLING, S.RESOLVED, S.ANSWERED_ON_SPOT, S.FEEDBACK_GIVEN, S.CLOSED})),
    ("result", frozenset({S.RESOLVED, S.ANSWERED_ON_SPOT, S.FEEDBACK_GIVEN, S.CLOSED})),
    ("done", frozenset({S.FEEDBACK_GIVEN, S.CLOSED})),
)


def public_steps(complaint: Complaint, receiver: str = "") -> list[PublicStep]:
    """Return the journey for the public page. `receiver` names the office a referral went to, never a person."""
    handled = _("Diteruskan ke %(receiver)s") % {"receiver": receiver} if receiver else _("Ditangani")
    titles = {
        "received": _("Keluhan diterima"),
        "checked": _("Diperiksa petugas"),
        "handled": handled,
        "result": _("Ada hasil"),
        "done": _("Hasil disampaikan kepada Anda"),
    }
    reached = _first_reached(complaint)
    steps: list[PublicStep] = []
    for name, states in _PASSED:
        done = complaint.state in states
        at = complaint.received_at if name == "received" else next((reached[s] for s in reached if s in states), None)
        now = not done and all(step.done for step in steps)
        steps.append(PublicStep(titles[name], at if done else None, done, now))
    return steps


def _first_reached(complaint: Complaint) -> dict[str, datetime]:
    entries = AuditEntry.objects.about(complaint).changes().exclude(to_state="")
    found: dict[str, datetime] = {}
    for state, at in entries.values_list("to_state", "at"):
        found.setdefault(state, at)
    return found


def next_for_citizen(complaint: Complaint) -> str:
    """Return one sentence on what comes next."""
    sentences = {
        S.RECORDED: _("Petugas akan memeriksa keluhan Anda paling lama 3 hari kerja sejak diterima."),
        S.INCOMPLETE: _("Kami menunggu syarat dari Anda. Hubungi petugas yang mencatat keluhan."),
        S.REFERRED: _("Keluhan Anda sedang ditangani kantor yang berwenang."),
        S.RESOLVED: _("Sudah ada hasil. Petugas akan menyampaikannya kepada Anda."),
        S.ANSWERED_ON_SPOT: _("Sudah ada jawaban. Petugas akan menyampaikannya kepada Anda."),
        S.FEEDBACK_GIVEN: _("Hasil sudah disampaikan. Jika belum selesai, beri tahu petugas."),
        S.CLOSED: _("Keluhan ini selesai."),
        S.REJECTED: _("Keluhan ini tidak diteruskan. Tanyakan alasannya kepada petugas."),
    }
    return sentences.get(S(complaint.state), _("Keluhan Anda sedang diperiksa petugas."))


def receipt_values(complaint: Complaint) -> dict[str, str]:
    """Return what the office's text of the receipt may ask for (slrt.letters.choices)."""
    return {
        "nomor": complaint.number,
        "tanggal": tanggal(complaint.received_at),
        "kode": complaint.tracking_code,
        "bidang": complaint.get_sector_display(),
        "desa": complaint.village.name,
        "tenggat": tanggal(complaint.response_due_at),
    }
