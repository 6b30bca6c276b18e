"""Errors that are kept in the quarantine, and said again in the language of whoever opens it."""

from collections.abc import Mapping
from typing import Any

from opendtm.errors import OpenDTMError
from opendtm.errors.base import every_error
from opendtm.i18n import Message


def stored_details(error: OpenDTMError) -> dict[str, Any]:
    """Give the values in an error's sentence as JSON, so that it can be said again in another language."""
    return {name: _stored(value) for name, value in error.details.items()}


def sentence_of(code: str, details: Mapping[str, Any], lang: str, *, otherwise: str) -> str:
    """Say again, in `lang`, what a stored error said; `otherwise` where its code is no longer known."""
    error = _restored(code, details)
    return error.text(lang) if error else otherwise


def remedy_of(code: str, details: Mapping[str, Any], lang: str) -> str:
    """Say again, in `lang`, what to do about a stored error; nothing where that is not known."""
    error = _restored(code, details)
    return error.remedy_text(lang) if error else ""


def _stored(value: object) -> Any:
    if isinstance(value, OpenDTMError):
        return {"code": value.code, "details": stored_details(value)}
    if isinstance(value, Message):
        values = {name: _stored(one) for name, one in value.values.items()}
        return {"sentence": value.sentence, "values": values}
    return value if isinstance(value, int | float) else str(value)[:300]


def _restored(code: str, details: Mapping[str, Any]) -> OpenDTMError | None:
    values = {name: _value(value) for name, value in details.items()}
    kind = next((kind for kind in every_error() if kind.code == code), None)
    try:
        return kind(**values) if kind else None
    except KeyError:
        return None


def _value(stored: Any) -> Any:
    if not isinstance(stored, dict):
        return stored
    if "sentence" in stored:
        said = {name: _value(value) for name, value in stored["values"].items()}
        return Message(stored["sentence"], said)
    return _restored(stored["code"], stored["details"])
