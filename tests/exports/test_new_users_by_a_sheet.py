"""Users that a sheet brings have no password: the pages say so, and where each gets one."""

import re

from slrt.accounts.models import User
from tests import people

USERS = "/admin/accounts/user/"
SAID = "Pengguna baru dari berkas belum bisa masuk"


def test_who_loads_users_is_told_before_and_after_that_they_cannot_sign_in(browse, chief, registers, upload):
    desk = browse(chief)
    assert SAID in desk.get(f"{USERS}import/").content.decode()
    page, confirm = upload(USERS, "username,full_name\nbaru,Warga Baru\n")
    assert SAID in page
    saved = confirm()
    made = User.objects.get(username="baru")
    assert not made.has_usable_password()
    assert "1 pengguna baru belum bisa masuk sampai administrator membuat kata sandinya" in saved
    [link] = re.findall(rf'href="({USERS}{made.pk}/password/)"', saved)
    assert desk.get(link).status_code == 200


def test_nothing_is_said_of_passwords_where_nobody_new_comes(registers, upload):
    people.make_user("sari")
    page, confirm = upload(USERS, "username,full_name\nsari,Sari Dewi\n")
    assert SAID not in page
    assert "belum bisa masuk" not in confirm()


def test_an_odd_address_and_an_odd_name_are_told_how_they_are_written(registers, upload):
    page, _confirm = upload(USERS, "username,full_name,email\nwarga baru!,Warga Baru,\nsari,Sari Dewi,sari@\n")
    assert "Hapus spasi dan tanda lain." in page
    assert "Ini bukan alamat surel. Tulis seperti nama@contoh.go.id." in page
    assert not User.objects.filter(full_name__in=("Warga Baru", "Sari Dewi")).exists()


def test_the_columns_to_choose_are_called_by_their_words_alone(browse, chief, registers):
    page = browse(chief).get("/admin/accounts/assignment/export/").content.decode()
    ticks = re.findall(r"<li><label>.*?> ([^<]+)</label>", page, flags=re.S)
    assert {"Pengguna", "Peran", "Wilayah"} <= set(ticks)
    assert not [tick for tick in ticks if "(" in tick or "_" in tick]
