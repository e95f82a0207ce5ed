"""Turns entries of the trail into plain sentences for a timeline."""

from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Case, CharField, Count, F, QuerySet, When, Window
from django.db.models.functions import Cast, RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as lazy

from slrt.audit.models import AuditEntry
from slrt.audit.principals import principals
from slrt.workflow.engine import WORKFLOWS

# What is done again and again and changes nothing: a story tells it once, with how often; the trail keeps each time.
OPENINGS = ("letter", "receipt")
# What comes to pass by itself: the line names whose work it was, and is not read as if they had done it.
BY_ITSELF = ("fail",)
# Verbs that are no transition of a table.
VERBS: dict[str, Any] = {
    "create": lazy("Dicatat"),
    "record": lazy("Keluhan dicatat"),
    "propose": lazy("Diusulkan ke DTSEN"),
    "draft": lazy("Rujukan disusun"),
    "edit": lazy("Data diubah"),
    "begin": lazy("Kunjungan dimulai"),
    "visited": lazy("Kunjungan dikirim"),
    "choose_book": lazy("Buku kode dipilih"),
    "reveal": lazy("Nomor dan jawaban pribadi dilihat"),
    "letter": lazy("Surat dibuka"),
    "receipt": lazy("Bukti keluhan dicetak"),
    "export": lazy("Data dikeluarkan"),
    "rejects": lazy("Baris ditolak diunduh"),
    "held_rows": lazy("Baris yang dibiarkan diunduh"),
    "asked_rows": lazy("Baris orang yang tercatat lain diunduh"),
    "hold": lazy("Musyawarah dicatat"),
    "attend": lazy("Peserta dicatat"),
    "unattend": lazy("Peserta dihapus dari daftar hadir"),
    "take_off": lazy("Keluarga yang pindah desa ditarik dari musyawarah"),
    "note_decisions": lazy("Keputusan dicatat"),
    "print": lazy("Surat dicetak"),
    "open_paper": lazy("Surat pindaian dibuka"),
    "flag": lazy("Tanda pengecualian dicatat"),
    "draw": lazy("Tinjau ulang diundi"),
    "file": lazy("Usul atau sanggahan dicatat"),
    "enrol": lazy("Kepesertaan dicatat"),
    "upload": lazy("Berkas diunggah"),
    "same_person": lazy("Dinyatakan orang yang sama walau namanya berbeda"),
    "preview": lazy("Berkas diperiksa"),
    "apply": lazy("Berkas diterapkan"),
    "applied": lazy("Berkas selesai diterapkan"),
    "cancel": lazy("Dibatalkan"),
    "hand_back": lazy("Berkas dikembalikan"),
    "columns": lazy("Judul kolom perlu dicocokkan"),
    "match_columns": lazy("Kolom dicocokkan"),
    "retry": lazy("Dicoba lagi"),
    "fail": lazy("Pekerjaan gagal"),
    "take_back": lazy("Penarikan diminta"),
    "taken_back": lazy("Berkas ditarik kembali"),
    "decide": lazy("Perbedaan diputuskan"),
    "propose_merge": gettext_lazy("Penggabungan diusulkan"),
    "merged": gettext_lazy("Data ganda digabung ke sini"),
    "moved": gettext_lazy("Catatan dipindahkan saat penggabungan"),
    "unmerged": gettext_lazy("Penggabungan dikembalikan"),
    "sign_in": lazy("Masuk"),
    "sign_out": lazy("Keluar"),
    "password_change": lazy("Kata sandi diganti"),
    "referred": lazy("Dirujuk"),
    "served": lazy("Bantuan diberikan"),
    "family_birth": gettext_lazy("Kelahiran dicatat"),
    "family_death": gettext_lazy("Kematian dicatat"),
    "family_death_mended": gettext_lazy("Kematian yang salah dicatat dibetulkan"),
    "family_move": gettext_lazy("Anggota dipindahkan"),
    "family_left": gettext_lazy("Anggota pindah ke luar data"),
    "family_absence": gettext_lazy("Anggota tidak di rumah"),
    "family_back": gettext_lazy("Anggota kembali"),
    "family_split": gettext_lazy("Kartu keluarga dipecah"),
    "family_rehouse": gettext_lazy("Keluarga pindah rumah"),
    "family_head": gettext_lazy("Kepala keluarga diganti"),
    "family_house_head": gettext_lazy("Kepala rumah tangga diganti"),
    "family_card": gettext_lazy("Nomor KK diganti"),
    "family_correction": gettext_lazy("Data anggota dibetulkan"),
    "family_undo": gettext_lazy("Perubahan keluarga dibatalkan"),
    "nik_check": gettext_lazy("NIK dicocokkan"),
    "civil_task": gettext_lazy("Tugas catatan sipil diubah"),
    "photo_add": gettext_lazy("Foto ditambahkan"),
    "photo_remove": gettext_lazy("Foto dihapus"),
    "photo": gettext_lazy("Foto KTP dilihat"),
    "unserved": lazy("Rujukan berakhir tanpa bantuan"),
    "send": lazy("Kunjungan dikirim"),
    "refuse": lazy("Keluarga menolak"),
    "hand_over": lazy("Kunjungan pembaruan diserahkan"),
    "withdraw": lazy("Kunjungan pembaruan ditarik"),
    "purge": lazy("Draf lama dihapus"),
    "purge_file": lazy("Berkas lama dihapus"),
    "pick_up": lazy("Berkas diambil dari folder"),
    "handle": lazy("Pengingat diselesaikan"),
    "run_job": lazy("Pekerjaan dijalankan"),
    "cancel_job": lazy("Pekerjaan dihentikan"),
    "raise_alert": lazy("Temuan data dicatat"),
    "resolve_alert": lazy("Temuan data selesai"),
    "add_holiday": lazy("Hari libur diisi"),
    "export_ask": lazy("Unduhan diminta"),
    "export_download": lazy("Berkas diunduh"),
    "export_discard": lazy("Berkas unduhan dihapus"),
    "reveal_list": lazy("Nomor lengkap dikeluarkan"),
    "reveal_mothers": lazy("Nama ibu kandung dilihat"),
    "export_failed": lazy("Berkas unduhan tidak jadi"),
    "register_import": lazy("Daftar acuan dimuat"),
    "register_export": lazy("Daftar acuan diunduh"),
    "sign_in_free": lazy("Percobaan masuk yang gagal dihapus"),
    "role_give": lazy("Peran diberikan"),
    "role_change": lazy("Peran diubah"),
    "role_remove": lazy("Peran dihapus"),
    "password_set": lazy("Kata sandi disetel"),
    "keys_renew": lazy("Kunci data diganti"),
    "admin_add": lazy("Data administrasi ditambahkan"),
    "admin_change": lazy("Data administrasi diubah"),
    "admin_delete": lazy("Data administrasi dihapus"),
}


def verb(entry: AuditEntry) -> str:
    """Return the step as it is told or labelled, or the verb in words."""
    flow = WORKFLOWS.get(entry.subject)
    if flow and entry.verb in flow.by_name:
        return str(flow.by_name[entry.verb].told or flow.by_name[entry.verb].label)
    return str(VERBS.get(entry.verb, entry.verb))


def state(entry: AuditEntry, code: str) -> str:
    """Return a state's label, or the code itself."""
    flow = WORKFLOWS.get(entry.subject)
    if flow and code in flow.states.values:
        return str(flow.states(code).label)
    return str(_states_of(entry.subject).get(code, code))


def _states_of(subject: str) -> dict[Any, Any]:
    """Return the words of a state that no transition table names: what the row's own field says."""
    try:
        return dict(apps.get_model(subject)._meta.get_field("state").flatchoices)  # type: ignore[union-attr]
    except (LookupError, ValueError, FieldDoesNotExist):
        return {}


def events(entries: Any, with_names: bool = True) -> list[dict[str, Any]]:
    """Return the timeline of entries (oldest first) for the component: sentence, at, note."""
    found, lines = [], list(entries)
    names = principals(lines) if with_names else {}
    for entry in lines:
        actor = "" if entry.verb in BY_ITSELF or (entry.actor and not with_names) else entry.by_whom
        sentence = verb(entry)
        said = {"verb": sentence, "actor": actor, "principal": names.get(entry.pk)}
        if said["principal"]:
            sentence = _("%(verb)s oleh %(actor)s atas nama %(principal)s") % said
        elif actor:
            sentence = _("%(verb)s oleh %(actor)s") % said
        if entry.to_state and entry.to_state != entry.from_state:
            sentence += f" · {state(entry, entry.to_state)}"
        found.append({"sentence": sentence, "at": entry.at, "note": entry.note, "kind": entry.kind})
    return found


def story(entries: QuerySet, newest: int) -> list[dict[str, Any]]:
    """Return the newest entries as a timeline, oldest first; openings of one kind are one line at the time of the last.

    One query: every step is a line of its own, of the openings of a kind the newest stands for all.
    """
    alike = Case(When(verb__in=OPENINGS, then="verb"), default=Cast("pk", CharField()), output_field=CharField())
    together: dict[str, Any] = {"partition_by": [alike]}
    lines = entries.annotate(
        times=Window(Count("pk"), **together),
        nth=Window(RowNumber(), order_by=[F("at").desc(), F("pk").desc()], **together),
    ).filter(nth=1)
    found = list(lines.select_related("actor").order_by("-at", "-pk")[: newest + len(OPENINGS)])
    steps = [entry for entry in found if entry.verb not in OPENINGS][:newest]
    opened = [entry for entry in found if entry.verb in OPENINGS]
    return sorted([*events(steps[::-1]), *map(_opened, opened)], key=lambda line: line["at"])


def _opened(entry: Any) -> dict[str, Any]:
    said = str(VERBS[entry.verb])
    if entry.times > 1:
        said = _("%(verb)s %(times)d kali, terakhir:") % {"verb": said, "times": entry.times}
    return {"sentence": said, "at": entry.at, "note": "", "kind": AuditEntry.Kind.EXPORT}


def timeline(*objects: Any) -> list[dict[str, Any]]:
    """Return the changes of rows as a timeline."""
    return events(AuditEntry.objects.about(*objects).changes().select_related("actor"))
