"""How long a form takes to fill in: what its author expects, said on the sheet `settings`, and read from the XForm.

`opendtm::minutes` gives the least and the most minutes (`25-90`; either may be missing), `opendtm::pause` the
longest pause between two questions. They travel as attributes of the bind that keeps the start.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from opendtm.forms.names import NAMESPACE

HEADINGS = ("opendtm::minutes", "opendtm::pause")
_SPAN = re.compile(r"(?P<least>\d{1,4}(?:\.\d+)?)?\s*[-\u2013]\s*(?P<most>\d{1,4}(?:\.\d+)?)?")
_NUMBER = re.compile(r"\d{1,4}(?:\.\d+)?")
_MOMENT = "{http://openrosa.org/javarosa}preloadParams"


@dataclass(frozen=True, slots=True)
class Timing:
    """What is expected, in minutes; None where nothing is. `start` and `end` are the paths of the two moments."""

    start: str
    end: str | None
    least: float | None = None
    most: float | None = None
    pause: float | None = None


def span_of(text: str) -> tuple[float | None, float | None] | None:
    """Read `25-90`, `25-` or `-90`; None where the text is none of these, or the least is not below the most."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        return None
    least, most = (float(part) if part else None for part in found.group("least", "most"))
    if least is None and most is None:
        return None
    return (least, most) if least is None or most is None or least < most else None


def pause_of(text: str) -> float | None:
    """Read a number of minutes above zero; None where the text is none."""
    number = float(text) if _NUMBER.fullmatch(text.strip()) else 0.0
    return number or None


def timing_of(binds: Iterable[tuple[str, Mapping[str, str]]]) -> Timing | None:
    """Read from the binds of a form (path and attributes) what its author expects; None where nothing is said."""
    moments = {said.get(_MOMENT): (path, said) for path, said in binds}
    if "start" not in moments:
        return None
    path, said = moments["start"]
    least, most = span_of(said.get(f"{{{NAMESPACE}}}minutes", "")) or (None, None)
    pause = pause_of(said.get(f"{{{NAMESPACE}}}pause", ""))
    if least is None and most is None and pause is None:
        return None
    return Timing(path, moments["end"][0] if "end" in moments else None, least, most, pause)
