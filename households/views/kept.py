"""Keeps what was entered on a screen when the session ended before it was saved (ADR 0031).

The values travel with the browser as one encrypted cookie for half an hour, readable by this server only, and come back on the same
screen after signing in. Nobody else sees them: the screen opens only for whoever began the visit.
"""

import base64
import json
import zlib
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.views.csrf import csrf_failure

from slrt.core import clock, crypto

COOKIE = "slrt_isian"
SECONDS = 30 * 60
BYTES = 3_800  # what every browser keeps in one cookie
SCREENS = ("households:visit_screen", "households:visit_member_screen")


def keep(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Put the posted values into the cookie of `response`; leave it as it is when they are too long for one."""
    values = {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}
    text = json.dumps(
        {"path": request.path, "at": int(clock.now().timestamp()), "values": values},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    packed = base64.urlsafe_b64encode(crypto.encrypt_bytes(zlib.compress(text.encode()))).decode()
    if len(packed) <= BYTES:
        response.set_cookie(
            *(COOKIE, packed),
            max_age=SECONDS,
            path="/kunjungan/",
            httponly=True,
            samesite="Strict",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def kept(request: HttpRequest) -> QueryDict | None:
    """Return the values kept for this address, or None; a cookie that was tampered with counts as none."""
    try:
        packed = base64.urlsafe_b64decode(request.COOKIES.get(COOKIE, ""))
        found = json.loads(zlib.decompress(crypto.decrypt_bytes(packed)))
    except (ValueError, zlib.error):
        return None
    if found["path"] != request.path or clock.now().timestamp() - found["at"] > SECONDS:
        return None
    data = QueryDict(mutable=True)
    for name, values in found["values"].items():
        data.setlist(name, values)
    return data


def forget(response: HttpResponse) -> HttpResponse:
    """Remove the cookie."""
    response.delete_cookie(COOKIE, path="/kunjungan/", samesite="Strict")
    return response


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Answer a screen that was sent without a session: sign in, then find the entries again. A script is told by 401."""
    if "X-Autosave" in request.headers:
        return JsonResponse({"signed_out": True}, status=401)
    answer = redirect_to_login(request.path)
    return keep(answer, request) if request.method == "POST" else answer


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A screen whose form is older than the last signing in (another tab did that) is shown again with its entries.

    Only for forms sent from our own pages: a strange page's form is refused as everywhere.
    """
    match = request.resolver_match
    own = urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()
    if match is None or match.view_name not in SCREENS or request.method != "POST" or not own:
        return csrf_failure(request, reason)
    if "X-Autosave" in request.headers:
        return JsonResponse({"signed_out": True}, status=401)
    return keep(HttpResponseRedirect(request.get_full_path()), request)
