"""An account that was made, or a password that was set, at the server's console stands in the trail like any other."""

import pytest
from django.core.management import CommandError, call_command

from slrt.accounts.models import User
from slrt.audit import trail
from slrt.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


def make(name="kepala"):
    call_command("createsuperuser", username=name, email="kepala@example.id", interactive=False, verbosity=0)


def test_the_first_administrator_made_at_the_console_stands_in_the_trail(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "rahasia-sekali-2026")
    make()
    line = AuditEntry.objects.get(subject="accounts.user")
    assert (line.verb, line.subject_id, line.actor) == ("admin_add", User.objects.get(username="kepala").pk, None)
    assert line.details["fields"]["is_superuser"] == [None, True]
    assert line.by_whom == "Konsol server"
    assert "rahasia" not in str(line.details)
    assert "kepala@example.id" not in str(line.details)


def test_a_second_one_of_that_name_is_refused_and_nothing_is_written(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "rahasia-sekali-2026")
    make()
    with pytest.raises(CommandError):
        make()
    assert AuditEntry.objects.filter(subject="accounts.user").count() == 1


def test_no_line_no_account(monkeypatch):
    def broken(*args, **more):
        raise RuntimeError

    monkeypatch.setattr(trail, "write", broken)
    with pytest.raises(RuntimeError):
        make()
    assert not User.objects.exists()


def test_a_password_set_at_the_console_stands_in_the_trail_without_the_password(monkeypatch):
    person = User.objects.create_user("sari", password="lama-sekali-2026")
    monkeypatch.setattr("getpass.getpass", lambda **said: "baru-sekali-2026")
    call_command("changepassword", "sari", verbosity=0)
    person.refresh_from_db()
    assert person.check_password("baru-sekali-2026")
    line = AuditEntry.objects.get(subject="accounts.user")
    assert (line.verb, line.subject_id, line.by_whom) == ("password_set", person.pk, "Konsol server")
    assert line.details == {"hidden": ["password"], "console": True}


def test_the_page_of_the_trail_says_where_it_was_done(browse, dewi, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "rahasia-sekali-2026")
    make()
    assert "Konsol server" in browse(dewi).get("/jejak/").content.decode()
