"""No room left on a disk, or a database that is away: told from other faults, and answered with a page that needs neither.

The request's transaction has rolled back by the time the page is made, so the sentence "nothing was saved" is true.
"""

import errno
import logging
import sys
from collections.abc import Callable, Iterator
from enum import StrEnum

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.views.defaults import server_error as plain_server_error

log = logging.getLogger(__name__)

RETRY_SECONDS = 30  # what Retry-After tells; a server that crashed is usually back by then
# PostgreSQL appendix A: class 08 connection, 57P01-57P05 shutdown or start, 53300 too many connections, 53100 disk full.
AWAY = ("08", "57P01", "57P02", "57P03", "57P05", "53300")
DISK_FULL = "53100"
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Shortage(StrEnum):
    """What is missing for the moment, without fault of the person or the program."""

    DISK = "disk"
    DATABASE = "database"


def shortage_in(fault: BaseException | None) -> Shortage | None:
    """Tell which shortage an exception stems from, looking along its causes; None for every other fault."""
    for link in _causes(fault):
        code = getattr(link, "pgcode", None) or ""
        if code == DISK_FULL or (isinstance(link, OSError) and link.errno in NO_ROOM):
            return Shortage.DISK
        if code.startswith(AWAY) or isinstance(link, InterfaceError):
            return Shortage.DATABASE
        if isinstance(link, OperationalError) and not getattr(link.__cause__, "pgcode", None):
            return Shortage.DATABASE  # no answer at all, so no code either: could not connect, or the connection broke
    return None


def _causes(fault: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while fault is not None and id(fault) not in seen:
        seen.add(id(fault))
        yield fault
        fault = fault.__cause__ or fault.__context__


def answer(request: HttpRequest, shortage: Shortage) -> HttpResponse:
    """Return the plain page: status 503, Retry-After in seconds, read from no table and kept in no cache."""
    log.error("shortage", extra={"fault": shortage.value, "path": request.path, "method": request.method})
    text = render_to_string("503.html", {"disk": shortage is Shortage.DISK})
    response = HttpResponse(text, status=503, headers={"Retry-After": str(RETRY_SECONDS)})
    add_never_cache_headers(response)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: also hears what middlewares raise (session, sign-in, reading an upload), wherever they stand."""
    shortage = shortage_in(sys.exc_info()[1])
    return answer(request, shortage) if shortage else plain_server_error(request)


class ShortageMiddleware:
    """Answers a shortage that a view meets. What middlewares raise arrives at `server_error`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        shortage = shortage_in(fault)
        return answer(request, shortage) if shortage else None
