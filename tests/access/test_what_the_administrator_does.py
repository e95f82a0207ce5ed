"""What the administrator changes stands in the trail, with who, what, before and after; without its line nothing is changed."""

import re
from datetime import date

import pytest
from axes.models import AccessAttempt
from django.contrib import admin
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from complaints.models import Holiday, RoutingRule
from programs.models import Programme, ProgrammeRule
from slrt.accounts.models import Assignment, Organisation, User
from slrt.audit import trail
from slrt.audit.admin import AuditedAdmin, AuditedPasswords
from slrt.audit.models import AuditEntry
from slrt.dashboard.models import Target
from slrt.letters.models import LetterTemplate
from slrt.regions.models import Region
from tests import people

ASSIGNMENTS = "/admin/accounts/assignment/"
USERS = "/admin/accounts/user/"
PAPERS = [{"code": "ktp", "label": "Fotokopi KTP"}]
SENTENCE = re.compile(r"<[^>]+>")


@pytest.fixture
def desk(browse, chief):
    """adi's browser."""
    return browse(chief)


def lines(subject):
    """What the trail says of a kind of row, oldest first."""
    return list(AuditEntry.objects.filter(subject=subject).order_by("pk"))


def rows_of_a_rule(bound):
    """What the rows of a rule's conditions would send."""
    said = {}
    for name, value in bound.field.widget.inputs(bound.html_name, bound.value()):
        said.setdefault(name, []).append(value)
    return said


def kept(page):
    """Return what a form of the administration holds, as it would be sent unchanged."""
    form = page.context["adminform"].form
    fields = {}
    for bound in [*form, *(b for part in page.context["inline_admin_formsets"] for f in part.formset for b in f)]:
        value = bound.value()
        if hasattr(bound.field.widget, "inputs"):
            fields.update(rows_of_a_rule(bound))
        elif value not in (None, False):
            fields[bound.html_name] = value
    for part in page.context["inline_admin_formsets"]:
        management = part.formset.management_form
        fields.update({f"{management.prefix}-{name}": value for name, value in management.initial.items()})
    return fields


def change(desk, path, **values):
    """Open a row, change fields and send the form."""
    answer = desk.post(path, {**kept(desk.get(path)), **values})
    assert answer.status_code == 302, answer.context["errors"]
    return answer


def give(desk, user, **more):
    """Send the form that gives a role."""
    fields = {"user": user.pk, "role": "manager", "area": "13.01", "started_on": "2026-01-01", "decree": "SK 7"}
    return desk.post(f"{ASSIGNMENTS}add/", {**fields, **more})


def told(browse, dewi):
    """What the auditor reads, without marks."""
    return re.sub(r"\s+", " ", SENTENCE.sub(" ", browse(dewi).get("/jejak/").content.decode()))


def test_a_role_that_is_given_says_who_got_it_for_which_area_and_how_long(browse, desk, chief, sari, dewi):
    assert give(desk, sari, ended_on="2026-12-31").status_code == 302
    made = Assignment.objects.get(user=sari, role="manager")
    [line] = lines("accounts.assignment")
    assert (line.verb, line.actor, line.subject_id, line.place) == ("role_give", chief, made.pk, "13.01")
    assert line.details["fields"] == {
        "user": [None, sari.pk],
        "role": [None, "manager"],
        "area": [None, "13.01"],
        "started_on": [None, "2026-01-01"],
        "ended_on": [None, "2026-12-31"],
        "decree": [None, "SK 7"],
    }
    page = told(browse, dewi)
    assert "Peran diberikan" in page
    assert "Sari: Manajer di Kabupaten Pesisir Selatan, mulai 1 Januari 2026 sampai 31 Desember 2026" in page


def test_a_role_that_ends_or_moves_says_what_was_before(browse, desk, sari, dewi):
    row = Assignment.objects.get(user=sari)
    change(desk, f"{ASSIGNMENTS}{row.pk}/change/", ended_on="2026-11-30", area=people.SALIDO)
    [line] = lines("accounts.assignment")
    assert line.verb == "role_change"
    assert line.details["fields"] == {"area": [people.SAGO, people.SALIDO], "ended_on": [None, "2026-11-30"]}
    assert line.place == "", "whoever audits the place it left reads it too"
    page = told(browse, dewi)
    assert "Sari: Fasilitator di Salido, mulai 1 Januari 2020 sampai 30 November 2026" in page
    assert "Wilayah: Sago Salido → Salido" in page


def test_a_role_taken_away_with_its_row_and_with_others_leaves_its_line(desk, sari, budi):
    first, second = Assignment.objects.get(user=sari), Assignment.objects.get(user=budi)
    desk.post(f"{ASSIGNMENTS}{first.pk}/delete/", {"post": "yes"})
    desk.post(ASSIGNMENTS, {"action": "delete_selected", "_selected_action": [second.pk], "post": "yes"})
    assert not Assignment.objects.filter(user__in=[sari, budi]).exists()
    said = [(line.verb, line.subject_id, line.details["fields"]["role"]) for line in lines("accounts.assignment")]
    assert said == [
        ("role_remove", first.pk, ["facilitator", None]),
        ("role_remove", second.pk, ["facilitator", None]),
    ]


def test_a_role_given_on_the_persons_own_page_leaves_its_line(desk, sari):
    path = f"{USERS}{sari.pk}/change/"
    fields = {"role": "supervisor", "area": "13.01.05", "started_on": "2026-02-01", "user": sari.pk}
    new = {f"assignments-1-{name}": value for name, value in fields.items()}
    change(desk, path, **new, **{"assignments-TOTAL_FORMS": 2})
    [line] = lines("accounts.assignment")
    assert (line.verb, line.details["fields"]["role"]) == ("role_give", [None, "supervisor"])
    change(desk, path, **{"assignments-0-ended_on": "2026-11-30", "assignments-1-DELETE": "on"})
    assert [line.verb for line in lines("accounts.assignment")[1:]] == ["role_change", "role_remove"]
    assert lines("accounts.user") == [], "of the person nothing changed"


def test_without_its_line_no_role_is_given_ended_or_taken_away(desk, sari, monkeypatch):
    row = Assignment.objects.get(user=sari)
    form = kept(desk.get(f"{ASSIGNMENTS}{row.pk}/change/"))

    def refuse(*args, **kwargs):
        raise OSError("no room in the trail")

    monkeypatch.setattr(trail, "write", refuse)
    sent = [
        (f"{ASSIGNMENTS}add/", {"user": sari.pk, "role": "manager", "area": "13.01", "started_on": "2026-01-01"}),
        (f"{ASSIGNMENTS}{row.pk}/change/", {**form, "ended_on": "2026-11-30"}),
        (f"{ASSIGNMENTS}{row.pk}/delete/", {"post": "yes"}),
        (ASSIGNMENTS, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}),
        (f"{USERS}{sari.pk}/password/", {"password1": "kalimat-rahasia-77", "password2": "kalimat-rahasia-77"}),
    ]
    for path, fields in sent:
        with pytest.raises(OSError, match="no room"):
            desk.post(path, fields)
    assert list(Assignment.objects.filter(user=sari).values_list("pk", "ended_on")) == [(row.pk, None)]
    assert User.objects.get(pk=sari.pk).password == sari.password


OWN = "Peran Anda sendiri diatur administrator lain."


def test_nobody_gives_themself_a_role(desk, chief, sari):
    mine = Assignment.objects.get(user=chief)
    answer = give(desk, chief)
    assert answer.status_code == 200
    assert OWN in answer.content.decode()
    answer = desk.post(f"{ASSIGNMENTS}{Assignment.objects.get(user=sari).pk}/change/", {"user": chief.pk})
    assert OWN in answer.content.decode()
    assert desk.post(f"{ASSIGNMENTS}{mine.pk}/change/", {"role": "manager"}).status_code == 403
    assert desk.post(f"{ASSIGNMENTS}{mine.pk}/delete/", {"post": "yes"}).status_code == 403
    desk.post(ASSIGNMENTS, {"action": "delete_selected", "_selected_action": [mine.pk], "post": "yes"})
    path = f"{USERS}{chief.pk}/change/"
    fields = {"role": "manager", "area": "13.01", "started_on": "2026-02-01", "user": chief.pk}
    new = {f"assignments-0-{name}": value for name, value in fields.items()}
    sent = {"assignments-TOTAL_FORMS": 1, "assignments-INITIAL_FORMS": 0, "username": "adi", "is_active": "on"}
    desk.post(path, {**sent, **new, "is_staff": "on"})
    assert list(Assignment.objects.filter(user=chief).values_list("pk", "role")) == [(mine.pk, "administrator")]
    assert Assignment.objects.get(user=sari).role == "facilitator"
    assert lines("accounts.assignment") == []


def test_an_account_that_is_closed_or_gets_a_password_says_so_without_what_is_private(browse, desk, sari, dewi):
    path = f"{USERS}{sari.pk}/change/"
    fields = kept(desk.get(path)) | {"phone": "081234567890", "full_name": "Sari Dewi", "is_staff": "on"}
    del fields["is_active"]
    assert desk.post(path, fields).status_code == 302
    [line] = lines("accounts.user")
    assert line.verb == "admin_change"
    assert line.details == {
        "fields": {"is_active": [True, False], "is_staff": [False, True]},
        "hidden": ["full_name", "phone"],
    }
    answer = desk.post(
        f"{USERS}{sari.pk}/password/",
        {"password1": "kalimat-rahasia-77", "password2": "kalimat-rahasia-77", "usable_password": "true"},
    )
    assert answer.status_code == 302
    line = lines("accounts.user")[1]
    assert (line.verb, line.details) == ("password_set", {"hidden": ["password"]})
    assert "pbkdf2" not in str(line.__dict__)
    page = told(browse, dewi)
    assert "Kata sandi disetel" in page
    assert "Aktif: ya → tidak" in page
    assert "Telepon: diubah, isinya tidak dicatat" in page
    assert "081234567890" not in page


def test_a_new_account_leaves_its_line(desk, db):
    secret = "kalimat-rahasia-77"
    fields = {"username": "wira", "password1": secret, "password2": secret, "usable_password": "true"}
    inline = {"assignments-TOTAL_FORMS": 0, "assignments-INITIAL_FORMS": 0}
    assert desk.post(f"{USERS}add/", {**fields, **inline}).status_code == 302
    [line] = lines("accounts.user")
    assert line.verb == "admin_add"
    assert line.details["fields"]["username"] == [None, "wira"]
    assert secret not in str(line.details)


def test_every_table_of_the_administration_leaves_lines(desk, places):
    dinkes = people.make_organisation("dinkes")
    programme = Programme.objects.create(code="X1", name="Program X", sector="social", prerequisites=PAPERS)
    rule = ProgrammeRule.objects.create(
        programme=programme, valid_from=date(2026, 1, 1), source="A", conditions=[{"kind": "decile", "to": 4}]
    )
    rows = {
        "name": (Holiday.objects.create(on=date(2026, 8, 17), name="Merdeka"), "Hari Kemerdekaan"),
        "number": (Target.objects.create(indicator="families", period="2026", area_id="13.01", number=5), "7"),
        "opening": (LetterTemplate.objects.create(kind="referral", opening="Lama.", closing="Salam."), "Baru."),
        "unit": (RoutingRule.objects.create(area_id="13.01", way="refer", organisation=dinkes, unit="A"), "B"),
        "source": (rule, "B"),
        "active": (Region.objects.get(code=people.SAGO), ""),
        "address": (Organisation.objects.get(code="dinkes"), "Jalan Baru"),
    }
    for field, (row, value) in rows.items():
        before = getattr(row, field)
        change(desk, f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/", **{field: value})
        [line] = lines(row._meta.label_lower)
        assert (line.verb, line.place) == ("admin_change", getattr(row, "area_id", row.pk if field == "active" else ""))
        told = {name: [str(a), str(b)] for name, (a, b) in line.details["fields"].items()}
        assert told == {field: [str(before), value or "False"]}


def test_receivers_of_a_programme_are_part_of_what_changed(desk, places):
    dinkes = people.make_organisation("dinkes")
    programme = Programme.objects.create(code="X1", name="Program X", sector="social", prerequisites=PAPERS)
    change(desk, f"/admin/programs/programme/{programme.pk}/change/", receivers=[dinkes.pk])
    [line] = lines("programs.programme")
    assert line.details["fields"]["receivers"] == [[], [dinkes.pk]]


def test_a_job_put_to_another_time_or_switched_off_leaves_its_line(desk, places):
    task = PeriodicTask.objects.get(name="jobs.backup")
    time = CrontabSchedule.objects.create(minute="5", hour="2", timezone="Asia/Jakarta")
    desk.post(f"/admin/django_celery_beat/periodictask/{task.pk}/change/", {"crontab": time.pk})
    [line] = lines("django_celery_beat.periodictask")
    assert line.details["fields"] == {"crontab": [task.crontab_id, time.pk], "enabled": [True, False]}


def test_nothing_changed_leaves_no_line(desk, sari):
    row = Assignment.objects.get(user=sari)
    change(desk, f"{ASSIGNMENTS}{row.pk}/change/")
    assert lines("accounts.assignment") == []


def test_a_long_number_in_a_text_is_masked(desk, places):
    row = Holiday.objects.create(on=date(2026, 8, 17), name="Hari 1301994506850002")  # of before forms refused one
    path = f"/admin/complaints/holiday/{row.pk}/change/"
    assert "Jangan tulis NIK" in str(desk.post(path, kept(desk.get(path))).context["errors"])
    change(desk, path, name="Merdeka")
    [line] = lines("complaints.holiday")
    assert line.details["fields"] == {"name": ["Hari [nomor]", "Merdeka"]}


def test_no_table_of_ours_is_kept_without_a_trail():
    ours = {"accounts", "regions", "programs", "complaints", "letters", "dashboard", "jobs", "django_celery_beat"}
    kept = {model: kept for model, kept in admin.site._registry.items() if model._meta.app_label in ours}
    assert Assignment in kept
    assert [model for model, keeper in kept.items() if not isinstance(keeper, AuditedAdmin)] == []
    assert issubclass(type(kept[User]), AuditedPasswords)


def test_somebody_who_is_let_try_again_leaves_a_line_without_what_was_typed(desk, db):
    row = AccessAttempt.objects.create(username="kata-sandi-saya", ip_address="10.0.0.7", failures_since_start=6)
    assert desk.post(f"/admin/axes/accessattempt/{row.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not AccessAttempt.objects.exists()
    [line] = lines("axes.accessattempt")
    assert (line.verb, line.subject_id, line.details) == ("sign_in_free", row.pk, {})
