"""The rows of a file that are recorded otherwise here, and about which a person is asked (`models.ImportConflict`): what is asked when it
is applied, what an earlier file asked already, and why each of them is not written.

An earlier file's question stands for good where it is open, or was decided to leave everything as it is: the same is not asked again.
Counted at the preview by the very statement that asks, so that the page says before what it says after.
"""

from collections.abc import Mapping
from string import Template
from typing import Any

from django.db import connection
from django.utils.translation import gettext_noop

from households.importing import left_out
from households.models import ImportRun, Membership, Person
from households.refusals import WHOLE_ROW, Refusal

# Among a run's counts: how many of its conflicts an earlier file asked about, and of an applied run which lines those are.
BEFORE, LINES = "asked_before", "asked_before_lines"
# Of a person who is somebody else in the file, or has another NIK there, what it says is kept for whoever decides.
SAID = """CASE WHEN k.mistaken THEN jsonb_build_object('name', s.name, 'birth_date', s.born, 'sex', s.sex)
  ELSE coalesce(k.numbers, '{}') END"""
# Open and ended memberships have an index each.
TO_ASK = Template("""
SELECT k.line, k.person_id, m.family_id AS stored_family_id, coalesce(kf.family_id, f.family_id) AS extract_family_id, s.relation,
  $said AS said, CASE WHEN k.numbers ? 'nik' THEN s.nik_index END AS nik_index
FROM import_person_known k JOIN import_person s USING (line) JOIN import_family f ON f.n = s.n
LEFT JOIN import_family_known kf ON kf.n = s.n
JOIN LATERAL (SELECT coalesce(
  (SELECT family_id FROM households_membership o WHERE o.person_id = k.person_id AND o.ended_on IS NULL),
  (SELECT family_id FROM households_membership e WHERE e.person_id = k.person_id AND e.ended_on IS NOT NULL
    ORDER BY e.ended_on DESC, e.id DESC LIMIT 1)) AS family_id) m ON m.family_id IS NOT NULL
WHERE k.conflict AND NOT EXISTS (SELECT FROM households_importconflict c WHERE c.person_id = k.person_id
  AND c.stored_family_id = m.family_id AND c.extract_family_id = coalesce(kf.family_id, f.family_id) AND c.decision IN ('', 'keep')
  AND c.agreed_in IS NULL AND c.said = $said)
""").substitute(said=SAID)
_COUNTED = f"SELECT count(*) FROM ({TO_ASK}) asked"  # noqa: S608  # nosec B608  no values in it
ROWS = f"""
SELECT k.line, CASE WHEN a.line IS NULL THEN 'asked_before' WHEN k.numbers ? 'departed' THEN 'departed'
  WHEN k.numbers ? 'nik' THEN 'nik_differs'
  WHEN k.mistaken THEN 'mistaken' WHEN p.died_on IS NOT NULL THEN 'died' WHEN k.membership_id IS NULL THEN 'departed'
  ELSE 'elsewhere' END AS why
FROM import_person_known k JOIN households_person p ON p.id = k.person_id LEFT JOIN ({TO_ASK}) a ON a.line = k.line WHERE k.conflict
"""  # noqa: S608  # nosec B608  no values in it
REASONS = {
    "elsewhere": Refusal(
        WHOLE_ROW,
        gettext_noop("Orang ini tercatat di keluarga lain di sini."),
        gettext_noop(
            "Sesudah berkas diterapkan, putuskan di halaman perbedaan: tetap atau pindah. Bila berkasnya yang keliru, kirim "
            "pembetulan ke Kementerian."
        ),
    ),
    "died": Refusal(
        WHOLE_ROW,
        gettext_noop("Orang ini tercatat meninggal di sini."),
        gettext_noop(
            "Bila itu keliru, betulkan kematiannya di halaman anggota, lalu unggah lagi. Bila benar, kirim pembetulan ke Kementerian."
        ),
    ),
    "departed": Refusal(
        WHOLE_ROW,
        gettext_noop("Orang dengan nama dan tanggal lahir ini tercatat meninggal atau sudah keluar dari keluarga ini."),
        gettext_noop(
            "Cocokkan dengan KTP atau akta. Bila memang orang ini, kirim pembetulan ke Kementerian; bila orang lain, catat di halaman "
            "keluarganya."
        ),
    ),
    "mistaken": Refusal(
        "NIK",
        gettext_noop(
            "NIK ini di sini milik orang lain: nama, tanggal lahir, dan jenis kelaminnya semua berbeda dari baris ini."
        ),
        gettext_noop(
            "Cocokkan dengan KTP. Bila NIK di berkas keliru, betulkan di sumbernya; bila berkas yang benar, betulkan dahulu data "
            "anggotanya di sini."
        ),
    ),
    BEFORE: Refusal(
        WHOLE_ROW,
        gettext_noop("Perbedaan orang ini sudah ditanyakan berkas sebelumnya, jadi tidak ditanyakan lagi."),
        gettext_noop(
            "Putuskan di halaman perbedaan berkas itu. Bila sudah diputuskan tetap, kirim pembetulan ke Kementerian."
        ),
    ),
}


def counted(counts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the counts of a comparison with how many of its conflicts an earlier file asked about. Call inside `looking_into`."""
    asked = 0
    if counts["conflicts"]:
        with connection.cursor() as cursor:
            cursor.execute(_COUNTED)
            asked = cursor.fetchone()[0]
    return {**counts, BEFORE: counts["conflicts"] - asked}


def noted(counts: Mapping[str, Any]) -> dict[str, Any]:
    """Which lines an earlier file asked about, to be kept with the counts of an applied run; the others are its own conflicts.

    Call inside `looking_into`, before the run asks.
    """
    before = left_out.following(ROWS).get(BEFORE, []) if counts["conflicts"] else []
    return {LINES: {BEFORE: before}}


def lines_of(run: ImportRun) -> list[tuple[int, str]]:
    """Return line and why of each such row of an applied run, in the order of the file, whatever was decided."""
    asked = list(run.conflicts.values_list("line", "person_id", "said"))
    people = [who for _line, who, _said in asked]
    dead = set(Person.objects.filter(pk__in=people, died_on__isnull=False).values_list("pk", flat=True))
    home = set(Membership.objects.open().filter(person__in=people).values_list("person_id", flat=True))
    own = [(line, _why(said, died=who in dead, lives=who in home)) for line, who, said in asked]
    return sorted(own + left_out.lines_in(run.counts.get(LINES, {})))


def _why(said: Mapping[str, Any], *, died: bool, lives: bool) -> str:
    if "departed" in said:
        return "departed"
    if "nik" in said:
        return "nik_differs"
    if "name" in said:
        return "mistaken"
    return "died" if died else "elsewhere" if lives else "departed"
