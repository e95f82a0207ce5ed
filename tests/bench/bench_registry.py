"""A registry of 1,000,000 people: the family's page, search by NIK and by name, the home and the lists of work, beside the bare
signed-in page in one run.

The people are made in the database itself. Names repeat as they do in a regency: forty given names, fourteen clans, a second
name for most. PEOPLE= changes the size. Every figure is measured in turn with the others, so that a machine that slows
down slows all of them.
"""

import os
import statistics
import sys
from itertools import cycle
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.harness import database, seconds, verdict

PEOPLE = int(os.environ.get("PEOPLE", "1000000"))
FAMILY_SIZE = 4
KNOWN = 400  # families with numbers that can be searched for
TIMES = int(os.environ.get("TIMES", "60"))
MOST_QUERIES, MOST_PAGE, MOST_NIK, MOST_NAME = 15, 8, 2, 5
# Of a home that counts a quarter of a million families six times: not what we are proud of, but what tells a minute from a second.
MOST_HOME = 500
COMPLAINTS, REFERRALS = PEOPLE // 16, PEOPLE // 5

FIRST = """siti nur sri dewi rina yuni eka dwi tri wati rosna dahlia upik zainab ramlah fatimah aisyah mar yanti lina
ahmad muhamad abdul budi joko agus eko hendra rudi dedi iwan andi ali umar usman ilyas syafril zulkifli anwar bakri"""
CLANS = (
    """tanyung caniago piliang koto sikumbang guci yambak melayu panyalai pisang mandailing simabur dalimo kutianyir"""
)


def make(villages: list[str]) -> None:
    """Make PEOPLE persons in families of four, one family a household, spread over the villages."""
    from django.db import connection

    from slrt.core import crypto

    families = PEOPLE // FAMILY_SIZE
    first, clans = FIRST.split(), CLANS.split()
    values = {
        "villages": villages,
        "count": len(villages),
        "families": families,
        "people": families * FAMILY_SIZE,
        "first": first,
        "firsts": len(first),
        "clans": clans,
        "clancount": len(clans),
        "number": crypto.encrypt("1301994506850001"),
        "size": FAMILY_SIZE,
    }
    steps = (
        # Families of four: head, spouse and two children, so person 4n+1 is the head of family n.
        """INSERT INTO households_person (id, version, created_at, updated_at, nik_encrypted, nik_index, no_nik_reason,
             nik_match, name, name_folded, birth_date, birth_place, sex, marital, occupation)
           SELECT n, 1, now(), now(), %(number)s, decode(md5('p' || n), 'hex'), '', 'unchecked', initcap(name), name,
             date '1950-01-01' + (hashint4(n) & 16383), '', (1 + n %% 2)::text, '2', ''
           FROM (SELECT n, (%(first)s::text[])[1 + floor(%(firsts)s * power(random(), 1.6))::int] || ' ' ||
               CASE WHEN random() < 0.7 THEN (%(first)s::text[])[1 + floor(%(firsts)s * random())::int] || ' ' ELSE '' END ||
               (%(clans)s::text[])[1 + floor(%(clancount)s * random())::int] AS name
             FROM generate_series(1, %(people)s) n) named""",
        """INSERT INTO households_household (id, version, created_at, updated_at, village_id, hamlet, address, rt, rw, head_id)
           SELECT n, 1, now(), now(), (%(villages)s::text[])[1 + n %% %(count)s], '', 'Jl. Lurus ' || n, '001', '001',
             %(size)s * (n - 1) + 1 FROM generate_series(1, %(families)s) n""",
        """INSERT INTO households_family (id, version, created_at, updated_at, household_id, kk_encrypted, kk_index, head_id,
             decile, decile_period)
           SELECT n, 1, now(), now(), n, %(number)s, decode(md5('k' || n), 'hex'), %(size)s * (n - 1) + 1, 1 + n %% 10,
             '2026-Q3' FROM generate_series(1, %(families)s) n""",
        """INSERT INTO households_membership (person_id, family_id, relation, household_relation, started_on, end_reason)
           SELECT n, 1 + (n - 1) / %(size)s, least(1 + (n - 1) %% %(size)s, 3)::text, least(1 + (n - 1) %% %(size)s, 3)::text,
             date '2020-01-01', '' FROM generate_series(1, %(people)s) n""",
        """INSERT INTO households_registration (version, created_at, updated_at, family_id, state, state_since, source,
             identity_waived, minutes_number, result_code, decree_number, result_reason, exit_reason)
           SELECT 1, now(), now(), n, 'determined', now(), 'extract', '', '', '', '', '', ''
           FROM generate_series(1, %(families)s) n""",
        """INSERT INTO households_decilerecord (family_id, decile, period, source, recorded_at)
           SELECT n, 1 + n %% 10, '2026-Q3', 'extract', now() FROM generate_series(1, %(families)s) n""",
        """INSERT INTO households_surveyround (id, household_id, kind, codebook, period, collected_on, answers,
             consent_version, attested)
           SELECT 2 * n + k, n, 'extract', 'bdt2015', '2026-Q' || (2 + k), date '2026-04-01' + 90 * k,
             jsonb_build_object('lantai', (5 + k)::text, 'dinding', '4', 'atap', '6', 'fasbab', '4'), '', false
           FROM generate_series(1, %(families)s) n, generate_series(0, 1) k""",
        """INSERT INTO households_personanswers (person_id, round_id, answers)
           SELECT n, 2 * (1 + (n - 1) / %(size)s) + 1, '{"sekolah": "1", "bekerja": "1"}'::jsonb
           FROM generate_series(1, %(people)s) n""",
        """SELECT setval(pg_get_serial_sequence(t, 'id'), 10000000) FROM unnest(ARRAY['households_person',
             'households_household', 'households_family', 'households_surveyround']) t""",
    )
    with connection.cursor() as cursor:
        for step in steps:
            cursor.execute(step, values)
        cursor.execute("VACUUM ANALYZE")


def make_work(village: str) -> None:
    """Make complaints of one village and referrals of all, in every state."""
    from django.db import connection

    from complaints.choices import ComplaintState
    from referrals.choices import ReferralState
    from slrt.accounts.models import Organisation, User
    from slrt.core import crypto

    values = {
        "village": village,
        "text": crypto.encrypt("Belum pernah menerima bantuan."),
        "code": crypto.encrypt("KLH-2026-000001"),
        "by": User.objects.values_list("pk", flat=True)[0],
        "to": Organisation.objects.values_list("pk", flat=True)[0],
        "complaints": COMPLAINTS,
        "referrals": REFERRALS,
        "families": PEOPLE // FAMILY_SIZE,
        "complaint_states": list(ComplaintState),
        "referral_states": list(ReferralState),
    }
    steps = (
        """INSERT INTO complaints_complaint (version, created_at, updated_at, kind, sector, issue, channel, urgency, state,
             state_since, anonymous, description, tracking_code, tracking_index, received_at, response_due_at, due_at, escalation,
             missing_documents, outcome, told_how, recorded_by_id, village_id)
           SELECT 1, at, at, 'grievance', 'health', 'other', 'walk_in_office', 'normal',
             (%(complaint_states)s::text[])[1 + n %% cardinality(%(complaint_states)s::text[])], at, false, %(text)s, %(code)s,
             decode(md5('t' || n), 'hex'), at, at + interval '3 days', at + interval '10 days', '', '[]', '', '', %(by)s,
             %(village)s FROM (SELECT n, now() - n * interval '1 minute' AS at FROM generate_series(1, %(complaints)s) n) made""",
        """INSERT INTO referrals_referral (version, created_at, updated_at, kind, state, state_since, need, consent, legal_basis,
             eligibility, override_reason, letter_number, reject_reason, benefit, drafted_by_id, family_id, programme_id,
             receiver_id)
           SELECT 1, at, at, 'external_agency', (%(referral_states)s::text[])[1 + n %% cardinality(%(referral_states)s::text[])], at,
             %(text)s, true, 'consent', '{}', '', '', '', '', %(by)s, 1 + n %% %(families)s,
             (SELECT id FROM programs_programme ORDER BY id LIMIT 1), %(to)s
           FROM (SELECT n, now() - n * interval '1 minute' AS at FROM generate_series(1, %(referrals)s) n) made""",
    )
    with connection.cursor() as cursor:
        for step in steps:
            cursor.execute(step, values)
        cursor.execute("VACUUM ANALYZE")


def nik_of(n: int) -> str:
    """A number that belongs to nobody living."""
    return f"1301990101{n // 9000:02d}{n % 9000 + 1:04d}"


def make_known(families: int) -> list[int]:
    """Give the heads of families all over the registry numbers that can be typed; return the families."""
    from households.models import Person
    from slrt.core import crypto

    known = [1 + k * (families // KNOWN) for k in range(KNOWN)]
    for n, family in enumerate(known):
        nik = nik_of(n)
        Person.objects.filter(pk=FAMILY_SIZE * (family - 1) + 1).update(
            nik_encrypted=nik, nik_index=crypto.blind_index(nik)
        )
    return known


def p95(times: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(times, n=20)[-1]


def main() -> int:
    with database("registry"):
        import logging

        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        from programs.loading import load as load_programmes
        from slrt.regions.models import Region
        from tests import people

        logging.disable(logging.CRITICAL)
        people.make_places()
        load_programmes()
        for district in range(10, 25):
            Region.objects.create(code=f"13.01.{district}", name=f"Kecamatan {district}", level=3, parent_id="13.01")
            for village in range(2001, 2013):
                Region.objects.create(
                    code=f"13.01.{district}.{village}", name=f"Nagari {district}-{village}", level=4,
                    parent_id=f"13.01.{district}",
                )  # fmt: skip
        villages = list(Region.objects.filter(level=4, code__startswith="13.01.").values_list("code", flat=True))
        print(f"{PEOPLE} people in {PEOPLE // FAMILY_SIZE} families, {len(villages)} villages")
        print(f"made in {seconds(lambda: make(villages)):.0f} s")
        known = make_known(PEOPLE // FAMILY_SIZE)
        people.make_organisation("dinkes")
        whole = {who: people.make_user(who) for who in ("lestari", "joko", "sari")}
        make_work(people.SAGO)
        met = []
        for who, user in whole.items():
            client = Client()
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            met += measure_home(client, who)
            if who == "joko":
                continue
            own = known if who == "lestari" else _of_village(people.SAGO)
            met += measure(client, who, known, own, connection, CaptureQueriesContext)
    return 0 if all(met) else 1


def _of_village(code: str) -> list[int]:
    from households.models import Family

    return list(Family.objects.filter(household__village_id=code).values_list("pk", flat=True)[:KNOWN])


def measure(client, who, known, own, connection, capture) -> list[bool]:
    """Print the figures of one person's screens, and return whether each is met."""
    families, numbers = cycle(own), cycle(range(KNOWN))
    names = cycle(["siti", "siti nur tanjung", "Moch. Ali", "Dewi Koto", "abdul", "rosna piliang", "ahmad umar guci"])

    def get(path):
        answer = client.get(path)
        assert answer.status_code == 200, path
        return answer

    def post(query):
        answer = client.post("/keluarga/", {"q": query})
        assert answer.status_code == 200
        return answer

    works = {
        "bare signed-in page": lambda: get("/bantuan/"),
        "family's page": lambda: get(f"/keluarga/{next(families)}/"),
        "NIK search": lambda: post(nik_of(next(numbers))),
        "name search": lambda: post(next(names)),
        "list": lambda: get("/keluarga/"),
    }
    with capture(connection) as queries:
        get(f"/keluarga/{own[0]}/")
    asked = len(queries)
    took: dict[str, list[float]] = {name: [] for name in works}
    for round_ in range(TIMES + 7):
        for name, work in works.items():
            time = seconds(work)
            if round_ >= 7:  # the first round of each name warms up
                took[name].append(time)
    median = {name: statistics.median(times) for name, times in took.items()}
    late = {name: p95(times) for name, times in took.items()}
    for name in works:
        print(f"{who}: {name}: median {median[name] * 1000:.1f} ms, p95 {late[name] * 1000:.1f} ms")
    bare, page = "bare signed-in page", "family's page"
    return [
        verdict(f"{who}: family's page queries", asked, most=MOST_QUERIES),
        verdict(f"{who}: family's page times the bare page (medians)", median[page] / median[bare], most=MOST_PAGE),
        verdict(f"{who}: NIK search p95 times the family's page p95", late["NIK search"] / late[page], most=MOST_NIK),
        verdict(
            f"{who}: name search p95 times the family's page p95", late["name search"] / late[page], most=MOST_NAME
        ),
    ]


def measure_home(client, who) -> list[bool]:
    """Print what a person's home and lists of work take, and return whether the home comes within its bound."""
    bare = "/bantuan/"
    paths = (bare, "/dasbor/", "/registrasi/", "/rujukan/", "/keluhan/")
    took: dict[str, list[float]] = {path: [] for path in paths}
    for _round in range(max(3, TIMES // 10)):
        for path in paths:
            took[path].append(seconds(lambda path=path: client.get(path)))
    median = {path: statistics.median(times) for path, times in took.items()}
    for path in paths:
        print(
            f"{who}: {path} median {median[path] * 1000:.0f} ms, {median[path] / median[bare]:.0f} times the bare page"
        )
    return [verdict(f"{who}: home times the bare page", median["/dasbor/"] / median[bare], most=MOST_HOME)]


if __name__ == "__main__":
    sys.exit(main())
