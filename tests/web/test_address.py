"""Behind the office's proxy everybody has an address of their own; what anybody writes into the header themselves counts for nothing."""

import pytest
from axes.models import AccessAttempt
from django.conf import settings as configured
from django.test import Client, RequestFactory

from slrt.accounts.address import came_from

PROXY, OUTER = "172.18.0.1", "10.0.0.9"
SARI, BUDI = "114.4.1.10", "114.4.1.20"


def asked(forwarded=None, nearest=PROXY):
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return came_from(RequestFactory().get("/", REMOTE_ADDR=nearest, **headers))


def sign_in(name, password, forwarded, nearest=PROXY):
    where = {"REMOTE_ADDR": nearest, "HTTP_X_FORWARDED_FOR": forwarded}
    return Client().post("/masuk/", {"username": name, "password": password}, **where)


def track(forwarded, code="SLRT-0000-0000-000"):
    return Client().post("/lacak/", {"kode": code}, REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=forwarded).status_code


def test_unless_a_proxy_is_configured_the_header_is_not_believed():
    assert configured.TRUSTED_PROXIES == 0
    assert asked(SARI) == PROXY
    assert asked(f"{SARI}, {BUDI}") == PROXY


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (1, SARI, SARI),
        (1, f"1.1.1.1, {SARI}", SARI),
        (1, f"1.1.1.1,2.2.2.2 , {SARI}", SARI),
        (2, f"{SARI}, {OUTER}", SARI),
        (2, f"1.1.1.1, {SARI}, {OUTER}", SARI),
        (1, "2001:db8::7", "2001:db8::7"),
        (1, "[2001:db8::7]:4711", "2001:db8::7"),
        (1, f"{SARI}:4711", SARI),
    ],
)
def test_with_proxies_the_place_that_they_wrote_counts_and_none_before_it(settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    assert asked(forwarded) == address


@pytest.mark.parametrize("forwarded", [None, "", "unknown", "<script>", f"{SARI},", "114.4.1.999"])
def test_what_is_no_address_leaves_the_nearest(settings, forwarded):
    settings.TRUSTED_PROXIES = 1
    assert asked(forwarded) == PROXY


def test_whoever_goes_round_the_outer_proxy_gains_no_address(settings):
    settings.TRUSTED_PROXIES = 2
    assert asked(SARI) == PROXY


def test_behind_the_proxy_a_guesser_holds_back_nobody_elsewhere(settings, sari, budi):
    settings.TRUSTED_PROXIES = 1
    for n in range(settings.AXES_FAILURE_LIMIT):
        answer = sign_in("sari", f"tebakan-{n}", BUDI)
    assert answer.status_code == 429
    assert sign_in("sari", "rahasia-sekali-2026", SARI).status_code == 302
    assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) <= {BUDI}


def test_a_guesser_who_writes_another_address_each_time_is_held_all_the_same(settings, sari):
    for proxies in (0, 1):
        settings.TRUSTED_PROXIES = proxies
        AccessAttempt.objects.all().delete()
        for n in range(settings.AXES_FAILURE_LIMIT):
            answer = sign_in("sari", f"tebakan-{n}", f"9.9.9.{n}, {BUDI}")
        assert answer.status_code == 429, proxies


def test_one_village_that_tracks_often_leaves_the_others_their_tries(settings, places):
    settings.TRUSTED_PROXIES, settings.TRACKING_TRIES_PER_MINUTE = 1, 2
    assert [track(SARI) for _n in range(3)] == [404, 404, 429]
    assert track(BUDI) == 404
    assert [track(f"9.9.9.{n}, {SARI}") for n in range(2)] == [429, 429], "a forged beginning opens nothing"
