"""How values and sentences lie in the database, and how they are read back in the reader's language.

Values of answers are JSON: numbers, texts, days as ISO text, several codes as a list. A sentence keeps its
English words and the values in them, so that it can be said in any language later.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from opendtm.forms.observation import of_kind
from opendtm.i18n import Label, Message
from opendtm.vocab import concepts


def value_to_json(value: Any) -> Any:
    """Give an answer's value as JSON."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return list(value) if isinstance(value, tuple) else value


def value_from_json(concept: str, value: Any) -> Any:
    """Give the value of a concept's answer from JSON, or from what a person typed; None is unknown."""
    known = concepts().get(concept)
    return of_kind(value, known.kind) if known else value


def words_to_json(values: Mapping[str, object]) -> dict[str, Any]:
    """Give the values of a sentence as JSON."""
    return {name: _packed(value) for name, value in values.items()}


def message(sentence: str, values: Mapping[str, Any]) -> Message:
    """Give back a stored sentence."""
    return Message(sentence, {name: _unpacked(value) for name, value in values.items()})


def _packed(value: object) -> Any:
    if isinstance(value, Message):
        return {"sentence": value.sentence, "values": words_to_json(value.values)}
    if isinstance(value, Label):
        return {"en": value.en, "fr": value.fr}
    if isinstance(value, date):
        return {"day": value.isoformat()[:10]}
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)[:300]


def _unpacked(value: Any) -> object:
    if not isinstance(value, dict):
        return value
    if "sentence" in value:
        return message(value["sentence"], value["values"])
    return date.fromisoformat(value["day"]) if "day" in value else Label(value["en"], value["fr"])
