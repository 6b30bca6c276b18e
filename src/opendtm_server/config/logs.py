"""Logs as one JSON object a line, on standard error, without secrets and without anybody's answers.

A phone's token is part of its address; it is cut out of every line before it is written.
"""

import re
from typing import Any

import structlog

TOKEN = re.compile(r"(/openrosa/key/|/fill/|/r/|/hooks/)(?!worker\.js|app\.webmanifest)[^/\s\"']+")
Event = structlog.types.EventDict


def without_secrets(_logger: Any, _method: str, event: Event) -> Event:
    """Cut phones' tokens out of every text of an event, and drop the request itself."""
    event.pop("request", None)
    return {name: _cut(value) for name, value in event.items()}


def _cut(value: Any) -> Any:
    if isinstance(value, str):
        return TOKEN.sub(r"\1-", value)
    if isinstance(value, tuple | list):
        return [_cut(part) for part in value]
    return value


def before() -> list[Any]:
    """List what happens to an event from anywhere before it is written."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_secrets,
    ]


def logging() -> dict[str, Any]:
    """Give the settings of the standard library's logging; structlog's own events join them."""
    structlog.configure(
        processors=[*before(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    writer = {
        "()": "structlog.stdlib.ProcessorFormatter",
        "foreign_pre_chain": before(),
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            without_secrets,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": writer},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "opendtm": {"level": "INFO"},
        },
    }
