"""A visit that was interrupted: the draft waits as it was left, is the visitor's own, and is sent once."""

from html.parser import HTMLParser
from uuid import uuid4

import pytest
from django.test import Client

from households.models import Family, Membership, Person, Registration, SurveyRound, Visit
from slrt.audit.models import AuditEntry
from tests import cases, people

PASSWORD = "rahasia-sekali-2026"
NIK, KK = "1301994506850001", "1301990506109001"
PLACE = {"hamlet": "Jorong Pasar", "address": "Jl. Pasar 3", "rt": "002", "rw": "001"}
PERSON = {
    **{"nik": NIK, "no_nik_reason": "", "name": "Rosna Tanjung"},
    **{"birth_date": "05/06/1985", "sex": "2", "relation": "1"},
}
ABOUT = {"marital": "4"}


class _Entries(HTMLParser):
    """Collects what stands in the fields of a page."""

    def __init__(self):
        super().__init__()
        self.found, self.select = {}, None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "select":
            self.select = given.get("name")
        elif tag == "option" and "selected" in given:
            self.found[self.select] = given["value"]
        elif tag == "input" and given.get("name"):
            if given.get("type") in ("radio", "checkbox"):
                if "checked" in given:
                    self.found[given["name"]] = given.get("value", "on")
            else:
                self.found[given["name"]] = given.get("value", "")


def stands_in(answer, *names):
    """What the page shows in its fields, as a browser would send it again."""
    reader = _Entries()
    reader.feed(answer.content.decode())
    return {name: reader.found.get(name, "") for name in names}


def come_in(name="sari"):
    """On a phone that knows nothing yet."""
    client = Client()
    assert client.post("/masuk/", {"username": name, "password": PASSWORD}).status_code == 302
    return client


def begin(client, key=None):
    answer = client.post("/kunjungan/mulai/", {"village": people.SAGO, "idempotency_key": key or str(uuid4())})
    assert answer.status_code == 302
    return answer["Location"]


def fill(client, path, entered):
    answer = client.post(path, entered)
    assert answer.status_code == 302, (path, answer.context["form"].errors)
    return answer["Location"]


@pytest.fixture
def draft(sari):
    """Sari has entered the place, the card and one member, then the battery was empty."""
    client = come_in()
    path = begin(client)
    fill(client, f"{path}isi/consent/", {"consent": "1"})
    fill(client, f"{path}isi/place/", PLACE)
    fill(client, f"{path}isi/card/", {"kk": KK})
    fill(client, f"{path}isi/person/m1/", PERSON)
    fill(client, f"{path}isi/about/m1/", ABOUT)
    return path


def go_on_to_the_end(client, path):
    """Answer what still waits, screen by screen: the first choice where one is wanted."""
    for _screen in range(60):
        waiting = client.get(path).context["resume"]
        if waiting.endswith("/periksa/"):
            return waiting
        form = client.get(waiting).context["form"]
        entered = stands_in(client.get(waiting), *form.fields)
        for name, field in form.fields.items():
            if field.required and not entered[name]:
                entered[name] = field.choices[0][0] if hasattr(field, "choices") else "24"
        fill(client, waiting, {name: value for name, value in entered.items() if value})
    raise AssertionError("the visit has no end")


def send(client, path, key=None):
    sent = {"attested": "on", "idempotency_key": key or str(uuid4())}
    return client.post(f"{path}periksa/", sent)


def in_the_registry():
    return {m.__name__: m.objects.count() for m in (Family, Person, Membership, SurveyRound, Registration)}


def test_everything_stands_as_it_was_left(draft):
    phone = come_in()
    listed = phone.get("/kunjungan/").content.decode()
    assert draft in listed
    assert "Rosna Tanjung" in listed
    hub = phone.get(draft)
    assert hub.context["resume"] == f"{draft}isi/house/"
    assert [task["key"] for task in hub.context["tasks"] if task["done"]] == ["consent", "identity", "members"]
    for screen, entered in (("place", PLACE), ("card", {"kk": KK}), ("person/m1", PERSON), ("about/m1", ABOUT)):
        assert stands_in(phone.get(f"{draft}isi/{screen}/"), *entered) == entered


def test_she_goes_on_and_sends(draft, sari):
    phone = come_in()
    go_on_to_the_end(phone, draft)
    answer = send(phone, draft)
    assert (answer.status_code, answer["Location"]) == (302, f"{draft}bukti/")
    assert phone.get(f"{draft}bukti/").status_code == 200
    visit = Visit.objects.get()
    assert (visit.state, visit.family.head.name, visit.family.kk_encrypted) == ("sent", "Rosna Tanjung", KK)
    assert visit.family.household.address == "Jl. Pasar 3"
    assert visit.round.collected_by == sari
    assert visit.family.registrations.get().proposed_by == sari


def test_what_is_not_filled_keeps_the_visit_from_being_sent(draft):
    phone, before = come_in(), in_the_registry()
    answer = send(phone, draft)
    assert answer.status_code == 422
    assert "belum diisi" in answer.content.decode()
    assert in_the_registry() == before
    assert Visit.objects.get().state == "draft"


def test_what_is_missing_is_said_with_whose_it_is_and_where_to_go_on(draft):
    phone = come_in()
    syafril = {**PERSON, "nik": "1301990308820002", "name": "Syafril Tanjung", "birth_date": "03/08/1982", "sex": "1"}
    fill(phone, f"{draft}isi/person/m2/", {**syafril, "relation": "2"})
    check = phone.get(f"{draft}periksa/")
    assert 'Syafril Tanjung: Bagian "Tentang anggota ini" belum diisi.' in [
        row["sentence"] for row in check.context["problems"]
    ]
    page = check.content.decode()
    assert f'<a class="btn btn-primary" href="{draft}isi/about/m2/?ke=periksa">Lengkapi yang pertama</a>' in page
    assert "Jika tanpa NIK" not in page  # both have one
    onward = f'<a class="btn btn-primary" href="{draft}isi/about/m2/">Lengkapi Syafril Tanjung</a>'
    assert onward in phone.get(f"{draft}anggota/").content.decode()
    fill(phone, f"{draft}isi/about/m2/", ABOUT)
    assert onward not in phone.get(f"{draft}anggota/").content.decode()


def test_without_attestation_nothing_is_sent(draft):
    phone, before = come_in(), in_the_registry()
    go_on_to_the_end(phone, draft)
    answer = phone.post(f"{draft}periksa/", {"idempotency_key": str(uuid4())})
    assert answer.status_code == 422
    assert "Centang pernyataan" in answer.content.decode()
    assert in_the_registry() == before


@pytest.mark.parametrize(
    ("screen", "entered", "said"),
    [
        ("place", {**PLACE, "address": ""}, "Isi dulu, atau centang Tidak tahu."),
        ("card", {"kk": "13019905061"}, "Anda baru mengisi 11"),
        ("person/m1", {**PERSON, "nik": "130199450685000", "name": "Rosna binti Tanjung"}, "Anda baru mengisi 15"),
        ("person/m1", {**PERSON, "nik": "", "name": "Rosna binti Tanjung"}, "pilih alasan"),
        ("person/m1", {**PERSON, "birth_date": "31/02/1985"}, "tidak terbaca"),
        ("person/m1", {**PERSON, "birth_date": "05/06/2985"}, "lahir"),
        ("person/m1", {**PERSON, "sex": "", "name": "Rosna binti Tanjung"}, "Pilih salah satu."),
    ],
)
def test_a_form_with_errors_keeps_every_entered_value(draft, screen, entered, said):
    phone = come_in()
    answer = phone.post(f"{draft}isi/{screen}/", entered)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert stands_in(answer, *entered) == entered


def test_a_mistyped_number_is_still_there_after_a_break_and_never_an_answer(draft):
    come_in().post(f"{draft}isi/card/", {"kk": "13019905061"})
    assert stands_in(come_in().get(f"{draft}isi/card/"), "kk") == {"kk": "13019905061"}
    assert Visit.objects.get().answers["household"]["kk"] == KK


def test_a_visit_begun_twice_by_an_impatient_finger_is_one_visit(sari):
    phone, key = come_in(), str(uuid4())
    assert begin(phone, key) == begin(phone, key)
    assert Visit.objects.count() == 1
    assert AuditEntry.objects.filter(verb="begin").count() == 1


def test_a_screen_sent_twice_makes_one_member(draft):
    phone = come_in()
    second = {
        **{"nik": "", "no_nik_reason": "newborn", "name": "Anisa Tanjung"},
        **{"birth_date": "01/11/2026", "sex": "2", "relation": "3"},
    }
    ways = [fill(phone, f"{draft}isi/person/m2/", second) for _time in range(2)]
    assert ways[0] == ways[1]
    answers = Visit.objects.get().answers
    assert answers["order"] == ["m1", "m2"]
    assert [answers["members"][key]["name"] for key in answers["order"]] == ["Rosna Tanjung", "Anisa Tanjung"]


@pytest.mark.parametrize("same_key", [True, False])
def test_a_visit_sent_twice_is_in_the_registry_once(draft, same_key):
    phone, before, key = come_in(), in_the_registry(), str(uuid4())
    go_on_to_the_end(phone, draft)
    answers = [send(phone, draft, key if same_key else None) for _time in range(2)]
    assert [answer["Location"] for answer in answers] == [f"{draft}bukti/"] * 2
    assert in_the_registry() == {name: count + 1 for name, count in before.items()}
    assert AuditEntry.objects.filter(verb="send").count() == 1


@pytest.mark.parametrize("who", ["budi", "nurma", "joko"])
def test_nobody_else_opens_the_draft(request, draft, who):
    request.getfixturevalue(who)
    other, before = come_in(who), Visit.objects.get()
    for path in ("", "isi/place/", "isi/about/m1/", "anggota/", "periksa/", "bukti/"):
        assert other.get(f"{draft}{path}").status_code == 404, path
    for path, entered in (
        ("isi/place/", {"address": "Jl. Lain 9"}),
        ("anggota/m1/keluarkan/", {}),
        ("periksa/", {"attested": "on", "idempotency_key": str(uuid4())}),
    ):
        assert other.post(f"{draft}{path}", entered).status_code == 404, path
    after = Visit.objects.get()
    assert (after.version, after.answers, after.state) == (before.version, before.answers, "draft")


def test_what_was_sent_can_not_be_changed(draft):
    phone = come_in()
    go_on_to_the_end(phone, draft)
    send(phone, draft)
    before, counted = Visit.objects.get(), in_the_registry()
    for path in ("", "isi/place/", "isi/about/m1/", "periksa/"):
        answer = phone.get(f"{draft}{path}")
        assert (answer.status_code, answer["Location"]) == (302, f"{draft}bukti/"), path
    for path, entered in (("isi/place/", {"address": "Jl. Lain 9"}), ("isi/about/m1/", {"marital": "1"})):
        assert phone.post(f"{draft}{path}", entered)["Location"] == f"{draft}bukti/", path
    assert phone.post(f"{draft}anggota/m1/keluarkan/").status_code == 409
    assert send(phone, draft)["Location"] == f"{draft}bukti/"
    after = Visit.objects.get()
    assert (after.version, after.answers, after.updated_at) == (before.version, before.answers, before.updated_at)
    assert in_the_registry() == counted
    assert Family.objects.get().household.address == "Jl. Pasar 3"


def test_a_number_that_lives_in_another_family_is_told_at_once(draft):
    cases.family_in(people.SAGO, "Murni Chaniago", "1301994506850002")
    phone = come_in()
    entered = {**PERSON, "nik": "1301994506850002", "name": "Murni", "relation": "3"}
    answer = phone.post(f"{draft}isi/person/m2/", entered)
    assert answer.status_code == 422
    assert "sudah terdata di keluarga Murni Chaniago" in answer.content.decode()
    assert stands_in(answer, *entered) == entered
