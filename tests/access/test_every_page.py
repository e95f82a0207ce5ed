"""Every role opens every address it can think of: by the links it is shown, and by the numbers of rows that are not its own.

Nobody is shown the name of a family outside their area, nor a number in full, wherever somebody wrote one into a text, and no page
falls over. Nor is it in the files that the pages offer.
"""

import io
import re
import zipfile
from collections import Counter, deque
from html import unescape
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import pytest
from django.urls import Resolver404, get_resolver, resolve

from complaints.models import Complaint
from households.duplicates.search import search
from households.duplicates.workflow import propose_merge
from households.models import DuplicateCandidate, Household, ImportRun, Objection, Person, Visit
from households.questionnaire.flow import empty_answers
from programs.loading import load as load_programmes
from referrals.models import Referral
from slrt.core import clock, outbox
from slrt.workflow import engine
from tests import cases, people
from tests.reading_pdf import text_of_pdf

FAR, MOVED = "Kanaria Seberang", "Kanaria Berpindah"
STREET = "Jalan Kanaria"
START = (
    *(
        "/dasbor/",
        "/bantuan/",
        "/keluarga/",
        "/keluarga/tanpa-nik/",
        "/kunjungan/",
        "/registrasi/",
        "/registrasi/desa/",
    ),
    *("/registrasi/siks/", "/musyawarah/", "/sanggah/", "/tinjau/", "/jawaban/", "/ganda/", "/ganda/?tab=proposed"),
    *("/impor/", "/program/", "/keluhan/", "/keluhan/cetak/", "/rujukan/", "/jejak/", "/pekerjaan/", "/ekspor/"),
    *("/pengingat/", "/admin/", "/keluarga/?q=Kanaria", f"/registrasi/desa/{people.SAGO}/awal/", "/akun/sandi/"),
)
A_KIND = 1  # addresses of one kind that one role follows; their rows are alike
# Where a number stands in full because somebody with the right to it writes it down there.
WRITES_NUMBERS: set[str] = set()
FILES = ("csv", "pdf", "xlsx")
# Letters to agencies; test_numbers_in_files.py says for whom they are, and that they are noted.
MEANT_TO = {"surat-rujukan"}
FEW_FILES = {"adi": 0, "tomo": 0, "budi": 2}  # that they take out; budi works in the next village
WORDS = {"kind": "lahir", "screen": "card", "member": "m1", "which": "awal"}


@pytest.fixture
def world(places, sari, rina, nurma, joko, lestari):
    """A row of everything in Sago Salido, in Padang, and of a family that moved from the one to the other since."""
    load_programmes()
    near = rows_of(people.SAGO, "Rosna Tanjung", "13019945068500{:02d}", 10, sari, nurma, joko, rina)
    moved = rows_of(people.SAGO, "Rosna Lama", "13019945068500{:02d}", 30, sari, nurma, joko, rina)
    far = rows_of(people.PADANG, FAR, "13719945068500{:02d}", 50, sari, nurma, joko, rina)
    for family in moved["keluarga"]:
        Household.objects.filter(pk=family.household_id).update(village_id=people.PADANG, address=STREET)
        Person.objects.filter(pk=family.head_id).update(name=MOVED, name_folded=MOVED.lower())
    search()
    free = [family.head_id for family in near["keluarga"][2:4]]
    for pair in DuplicateCandidate.objects.filter(first__in=free, second__in=free):
        choices = {"nik": "kept", "name": "kept", "place": "kept"}
        versions = (pair.first.version, pair.second.version)
        propose_merge(pair.first, pair.second, choices, by=rina, reason="Sama.", versions=versions)
    run = {"file_name": "nagari.csv", "file_hash": "0", "state_since": clock.now(), "counts": {}}
    runs = [ImportRun.objects.create(area_id=area, started_by=lestari, **run) for area in ("13.01", "13.71")]
    every = {kind: [made[kind][0].pk for made in (moved, far)] for kind in near}
    pairs = DuplicateCandidate.objects.filter(first__name=FAR) | DuplicateCandidate.objects.filter(first__name=MOVED)
    return every | {"impor": [run.pk for run in runs], "ganda": list(pairs.values_list("pk", flat=True)[:2])}


def rows_of(village, name, nik, first, sari, nurma, joko, rina):
    families = [cases.family_in(village, name, nik.format(first + n)) for n in range(5)]
    house, listed, complained, referred, answered = families
    Person.objects.filter(pk__in=(complained.head_id, referred.head_id)).update(mother_name="Nurbaya Chaniago")
    meeting = cases.meeting(village, nurma, "closed", complete=True)
    called = cases.registration(listed, "final_list", meeting=meeting)
    meeting.decisions.create(registration=called, accepted=True)
    drawn = cases.revisit(house, joko)
    said = f"NIK {complained.head.nik_encrypted}, tetangganya {referred.head.nik_encrypted}."
    complaints = [cases.complaint(complained, sari), cases.complaint(complained, rina, "resolved")]
    objection = cases.objection(listed, nurma)
    visit = {"facilitator": sari, "village_id": village, "family": house, "answers": empty_answers("bdt2015")}
    receivers = (
        ("dinkes", "baznas") if name == "Rosna Tanjung" else ("padang", "padang")
    )  # a receiver sees what it was sent
    sent = [cases.referral(referred, sari, "sent", people.make_organisation(code)) for code in receivers[:1]]
    sent += [cases.referral(complained, sari, "sent", people.make_organisation(code)) for code in receivers[1:]]
    for rows, names in (
        (Complaint.objects.filter(family=complained), ("description", "findings", "answer", "reporter_name")),
        (Referral.objects.filter(family__in=(complained, referred)), ("need",)),
        (Objection.objects.filter(pk=objection.pk), ("reason", "answer")),
    ):
        assert rows.update(**dict.fromkeys(names, said))
    return {
        "keluarga": families,
        "orang": [family.head for family in families],
        "registrasi": [called, drawn.registration],
        "musyawarah": [meeting],
        "sanggah": [objection],
        "tinjau": [drawn],
        "keluhan": complaints,
        "rujukan": sent,
        "kunjungan": [Visit.objects.create(state=state, **visit) for state in ("draft", "sent")],
        "foto": [cases.photo(house, sari, "front")],
        "jawaban": [cases.answer_file(answered, joko)],
    }


VERBS = {
    root: sorted(move.name for move in engine.WORKFLOWS[model].transitions)
    for root, model in (
        *(("registrasi", "households.registration"), ("musyawarah", "households.villagemeeting")),
        *(("sanggah", "households.objection"), ("keluhan", "complaints.complaint"), ("rujukan", "referrals.referral")),
    )
}


def addresses(world):
    """Every address with a row in it, of a row from elsewhere and of one that went there, with some of the words that may follow."""
    for route in routes(get_resolver().url_patterns):
        root = route.split("/")[0]
        if "<int:pk>" not in route or root not in world:
            continue
        for n, pk in enumerate(world[root]):
            path = route.replace("<int:pk>", str(pk)).replace("<int:person>", str(_head_of(world, root, n)))
            path = re.sub(r"<int:\w+>", "1", path)
            verbs = VERBS.get(root, []) if "<slug:verb>" in path else []
            for word in verbs[n::4] or ["nothing"]:
                yield "/" + _filled(path, word)


def _head_of(world, root, n):
    return world["orang"][n] if root == "keluarga" else 1


def _filled(path, verb):
    return re.sub(r"<slug:(\w+)>", lambda found: verb if found[1] == "verb" else WORDS[found[1]], path)


def routes(patterns, prefix=""):
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, route)
        elif not route.startswith("admin/"):
            yield route


def text_of(answer):
    """What can be read in an answer: a page, a file of words, a paper, a workbook."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer.get("Content-Type", "").startswith(("text/", "image/svg", "application/json")):
        return content.decode("utf-8-sig")
    if content.startswith(b"%PDF-"):
        return text_of_pdf(content)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "\n".join(book.read(name).decode() for name in book.namelist())
    return ""


def links_on(text, path):
    for found in re.findall(r'\bhref="([^"#]+)"', text):
        url = urlsplit(urljoin(path, unescape(found)))
        if url.netloc or "sort=" in url.query:  # the same rows in another order
            continue
        if url.path.startswith("/") and not url.path.startswith(("/static/", "/keluar/")):
            yield f"{url.path}?{url.query}" if url.query else url.path


def kind_of(path):
    """What pages are alike: the route and the names of what was asked."""
    try:
        route = resolve(urlsplit(path).path).route
    except Resolver404:
        return path
    return route, re.sub(r"=[^&]*", "", urlsplit(path).query)


class Looks:
    """What one of the cast finds; `wrong` says where."""

    def __init__(self, client, who, numbers):
        self.client, self.who, self.numbers = client, who, numbers
        self.wrong, self.pages, self.offered = [], 0, {}

    def open(self, path):
        answer = self.client.get(path)
        self.pages += 1
        return self.look(answer, path)

    def look(self, answer, path, meant=False):
        text = text_of(answer)
        where = f"{self.who} {path}"
        if answer.status_code >= 500:
            self.wrong.append(f"{where}: {answer.status_code}")
        self.wrong += [f"{where}: {name}" for name in (FAR, MOVED, STREET) if name in text]
        if not meant and kind_of(path)[0] not in WRITES_NUMBERS:
            self.wrong += [f"{where}: a number in full" for number in self.numbers if number in text]
        return text

    def follow(self, starts):
        """Open what the pages lead to, breadth first, some addresses of each kind."""
        waiting, seen, alike = deque(starts), set(starts), Counter()
        while waiting:
            path = waiting.popleft()
            for link in links_on(self.open(path), path):
                if found := re.match(r"/ekspor/baru/([\w-]+)/", link):
                    self.offered.setdefault(found[1], link)
                if link not in seen and alike[kind_of(link)] < A_KIND:
                    seen.add(link)
                    alike[kind_of(link)] += 1
                    waiting.append(link)

    def take_out(self):
        """Take every list out that the pages offered, and open the files; return how many."""
        taken = 0
        for key, link in self.offered.items():
            for kind in sorted(set(FILES) & set(re.findall(r'name="format"[^>]* value="(\w+)"', self.open(link)))):
                sent = {"purpose": "Bahan musyawarah nagari", "basis": "public_task", "format": kind}
                page = self.client.post(link, {**sent, "idempotency_key": str(uuid4())}).get("Location", "")
                outbox.sweep()
                answer = self.client.get(f"{page}unduh/") if page else None
                if answer is None or answer.status_code != 200:
                    self.wrong.append(f"{self.who} {link}: no {kind}")
                    continue
                assert self.look(answer, f"{link} as {kind}", meant=key in MEANT_TO), f"{key} can be read"
                taken += 1
        return taken


@pytest.fixture
def looks(request, browse, world):
    def of(who):
        user = request.getfixturevalue(who)
        numbers = [n for row in Person.objects.all() for n in (row.nik_encrypted,) if n]
        client = browse(user)
        client.raise_request_exception = False
        return Looks(client, who, numbers)

    return of


@pytest.mark.parametrize("who", people.CAST)
def test_no_page_that_a_role_is_led_to_says_too_much(looks, who):
    eyes = looks(who)
    eyes.follow(START)
    taken = eyes.take_out()
    assert "\n".join(sorted(set(eyes.wrong))) == ""
    assert eyes.pages > len(START)
    assert taken >= FEW_FILES.get(who, 4)


@pytest.mark.parametrize("who", people.CAST)
def test_no_address_of_a_row_says_too_much_to_a_role(looks, world, who):
    eyes = looks(who)
    for path in addresses(world):
        eyes.open(path)
    assert "\n".join(sorted(set(eyes.wrong))) == ""
    assert eyes.pages > 80
