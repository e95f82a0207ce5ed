"""Logs for machines: one JSON object a line, allowed keys only, no local variable, no personal number.

A NIK or KK number can hide in an exception's text or a URL; every run of sixteen digits is masked on the way out, query
strings are never logged, and tracebacks carry file, line and function but neither source lines nor variables. Texts are masked where
they are made, so that another handler beside ours gets none either; what it would do with a fault is `slrt.core.reports`'.
"""

import logging
import logging.config
import re
import time
import traceback
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse

LONG_NUMBER = re.compile(r"\d(?:[ .-]?\d){11,}")
# Keys that may be logged; everything else is dropped.
ALLOWED_KEYS = frozenset(
    {
        *("event", "level", "logger", "timestamp", "request_id", "user_id", "method", "path", "status", "ms"),
        *("job", "job_name", "fault", "count", "run", "rows", "seconds", "trace"),
    }
)


def configure(options: dict[str, Any]) -> None:
    """Set logging up; called by Django with settings.LOGGING: {"level": "INFO", "json": True}."""
    logging.setLogRecordFactory(MaskedRecord)
    logging.config.dictConfig(logging_config(options.get("level", "INFO"), options.get("json", True)))


class MaskedRecord(logging.LogRecord):
    """A line whose text carries no long number, whoever reads it."""

    def getMessage(self) -> str:
        return LONG_NUMBER.sub("[nomor]", super().getMessage())


def logging_config(level: str, json: bool = True) -> dict[str, Any]:
    """Return a dictConfig that sends everything to standard error through the same filters."""
    renderer: Any = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "slrt": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [
                    structlog.stdlib.add_log_level,
                    structlog.stdlib.add_logger_name,
                    structlog.stdlib.ExtraAdder(),
                    structlog.processors.TimeStamper(fmt="iso", utc=True),
                ],
                "processors": [
                    short_trace,
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    only_allowed_keys,
                    mask_numbers,
                    renderer,
                ],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "slrt"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True, "level": level},
            "django.request": {"handlers": [], "propagate": True, "level": "ERROR"},
            "django.server": {"handlers": [], "propagate": True, "level": "WARNING"},
            "axes": {"level": "WARNING"},
            "celery": {"level": "WARNING"},
            "kombu": {"level": "ERROR"},
            # They warn of every empty column of a workbook.
            "fastexcel": {"level": "ERROR"},
            "calamine": {"level": "ERROR"},
        },
    }


def short_trace(logger: Any, name: str, event: dict[str, Any]) -> dict[str, Any]:
    """Replace exception information by its kind and places; the exception's own text stays out."""
    info = event.pop("exc_info", None)
    record = event.get("_record")
    if record is not None and record.exc_info:
        info = record.exc_info
        record.exc_info = record.exc_text = None
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if isinstance(info, tuple) and info[0] is not None:
        event["fault"] = info[0].__name__
        event["trace"] = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(info[2])][-12:]
    return event


def only_allowed_keys(logger: Any, name: str, event: dict[str, Any]) -> dict[str, Any]:
    """Drop what is not on the list, whoever logged it."""
    return {key: value for key, value in event.items() if key in ALLOWED_KEYS}


def mask_numbers(logger: Any, name: str, event: dict[str, Any]) -> dict[str, Any]:
    """Mask long runs of digits in every text."""
    return {key: LONG_NUMBER.sub("[nomor]", value) if isinstance(value, str) else value for key, value in event.items()}


class RequestLogMiddleware:
    """One line per request: id, who (by number), path without query, status, milliseconds."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.log = logging.getLogger("slrt.request")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        request_id = uuid4().hex[:12]
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        user = getattr(request, "user", None)
        self.log.info(
            "request",
            extra={
                "request_id": request_id,
                "user_id": getattr(user, "pk", None),
                "method": request.method,
                "path": request.path,
                "status": response.status_code,
                "ms": round((time.perf_counter() - began) * 1000, 1),
            },
        )
        return response
