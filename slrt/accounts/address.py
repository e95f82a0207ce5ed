"""The address somebody comes from, behind as many proxies of ours as there are."""

from contextlib import suppress
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def came_from(request: HttpRequest) -> str:
    """Return the address of whoever asked.

    Each proxy writes at the end of `X-Forwarded-For` whom it heard from, so with `TRUSTED_PROXIES` of them in front the address
    stands that many places from the end; what stands before it the asker may have written. Without proxies, or when fewer
    places stand there than our proxies would have written, nothing in the header can be believed.
    """
    nearest = str(request.META.get("REMOTE_ADDR", ""))
    proxies: int = settings.TRUSTED_PROXIES
    hops = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    if proxies < 1 or len(hops) < proxies:
        return nearest
    return _address(hops[-proxies].strip()) or nearest


def _address(hop: str) -> str:
    """The address in a place of the header, which some proxies write with a port; empty when it is none."""
    for written in (hop, hop.rpartition(":")[0].strip("[]")):
        with suppress(ValueError):
            return str(ip_address(written))
    return ""
