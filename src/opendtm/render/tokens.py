"""The design tokens: colours, sizes of type, spaces. `tokens.json` is their only source, for pages as well."""

import json
from functools import cache
from pathlib import Path
from typing import Any

_SOURCE = Path(__file__).with_name("tokens.json")


@cache
def tokens() -> dict[str, Any]:
    """Give all tokens as they stand in the source."""
    found: dict[str, Any] = json.loads(_SOURCE.read_text(encoding="utf-8"))
    return found


def colour(name: str) -> str:
    """Give one colour by name as `#RRGGBB`. KeyError where there is none."""
    return str(tokens()["colour"][name])


def colours(name: str) -> tuple[str, ...]:
    """Give a row of colours, such as the sequential ramp. KeyError where there is none."""
    return tuple(tokens()["colour"][name])
