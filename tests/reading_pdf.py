"""Reads the text of the PDFs that the program makes (reportlab: streams in ASCII85 and deflate, one-byte fonts)."""

import base64
import re
import zlib

STREAM = re.compile(rb"<<(?P<about>(?:[^<>]|<<|>>)*?)>>\s*stream\r?\n(?P<data>.*?)endstream", re.DOTALL)
SHOWN = re.compile(rb"\((?P<text>(?:\\.|[^\\()])*)\)\s*(?:Tj|')", re.DOTALL)
ESCAPED = re.compile(rb"\\(?:([0-7]{1,3})|(.))", re.DOTALL)
NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of_pdf(data):
    """Return what is printed on the pages, a line per piece of text, and the document's own words such as its title."""
    assert data.startswith(b"%PDF-")
    pieces = []
    for found in STREAM.finditer(data):
        content = found["data"]
        if b"ASCII85Decode" in found["about"]:
            content = base64.a85decode(content.strip().removesuffix(b"~>"), adobe=False)
        if b"FlateDecode" in found["about"]:
            content = zlib.decompress(content)
        pieces += [_plain(shown["text"]) for shown in SHOWN.finditer(content)]
    assert pieces, "a page without a word is one that was not read"
    about = [_plain(found) for found in re.findall(rb"/(?:Title|Author|Subject|Keywords) \(((?:\\.|[^\\()])*)\)", data)]
    return "\n".join([*about, *pieces])


def _plain(text):
    return ESCAPED.sub(_unescaped, text).decode("cp1252", "replace")


def _unescaped(found):
    return bytes([int(found[1], 8) & 255]) if found[1] else NAMED.get(found[2], found[2])
