"""Whoever signs in to the demo: every number that leads to a list is the number of rows of that list."""

import html
import re
from urllib.parse import urljoin

import pytest
from django.core.management import call_command

from slrt.accounts.models import User

PAGES = (
    *("/dasbor/", "/registrasi/", "/registrasi/desa/", "/keluhan/", "/rujukan/", "/ganda/", "/sanggah/", "/pengingat/"),
    "/dasbor/?wilayah=13.01.05",
)
LIST = re.compile(
    r"^/(?:dasbor/[\w-]+/|dasbor/\?|pengingat/|registrasi/|keluhan/\?|rujukan/\?|ganda/\?|sanggah/\?|kunjungan/\?)"
)
LINK = re.compile(r'<a\b[^>]*?href="([^"]+)"[^>]*>(.*?)</a>', re.S)
NUMBER = re.compile(r"(?<![\w./:-])(\d{1,3}(?:\.\d{3})*)(?![\w./:-])")
SAID = re.compile(r'data-count="(\d+)"|([\d.]+)\s+(?:baris|keluarga)\b')


@pytest.fixture
def demo(places):
    """The demo's families, accounts and cases."""
    call_command("seed_demo")
    return list(User.objects.order_by("pk"))


def numbers(text):
    """Whole numbers in a link's words."""
    return {int(found.replace(".", "")) for found in NUMBER.findall(re.sub(r"<[^>]+>", " ", text))}


def length(page):
    """What a list may say of its own length: in words, or by its lines."""
    said = SAID.search(page)
    lines = {len(re.findall(r'<li>\s*<a class="row-link"', page)), page.partition("<tbody")[2].count("<tr")}
    return lines | ({int((said[1] or said[2]).replace(".", ""))} if said else set())


def test_every_number_is_the_length_of_its_list(browse, demo):
    looked_at, wrong = 0, []
    for user in demo:
        client, lengths = browse(user), {}
        for path in PAGES:
            answer = client.get(path)
            if answer.status_code != 200:
                continue
            for href, text in LINK.findall(answer.content.decode()):
                url = urljoin(path, html.unescape(href))
                shown = numbers(text)
                if not shown or not LIST.match(url):
                    continue
                looked_at += 1
                if url not in lengths:
                    lengths[url] = length(client.get(url).content.decode())
                if not shown & lengths[url]:
                    wrong.append((user.username, path, url, sorted(shown)))
    assert "\n".join(map(str, wrong)) == ""
    assert looked_at > 200
