"""Text that our fonts can show: what no font holds becomes a replacement sign, so that a PDF is always made.

Names come from the field in any script. The PDF standard refuses a letter without a glyph; the web page and
the workbook have every name as it was written.
"""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from matplotlib.ft2font import FT2Font

REPLACEMENT = "\ufffd"
_FONTS = Path(__file__).parent / "fonts"
_JOINERS = frozenset("\u200c\u200d\u00ad")


def legible(text: str) -> str:
    """Give `text` with spaces for control signs, and a replacement sign for each letter without a glyph.

    Signs that only turn the direction of writing are taken off: they could make one name look like another.
    """
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_signs())


def legible_data(data: Any) -> Any:
    """Give page data with every text in it made legible."""
    if isinstance(data, str):
        return legible(data)
    if isinstance(data, dict):
        return {key: legible_data(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [legible_data(value) for value in data]
    return data


def loses(data: Any) -> bool:
    """Tell whether some text in legible page data had letters that no font holds."""
    if isinstance(data, str):
        return REPLACEMENT in data
    if isinstance(data, dict):
        return any(loses(value) for value in data.values())
    return isinstance(data, list) and any(loses(value) for value in data)


def _shown(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    if kind == "Cf" and letter not in _JOINERS:
        return ""
    return letter if letter in _JOINERS or ord(letter) in _glyphs() else REPLACEMENT


class _Signs(dict[int, str]):
    """What each letter is shown as, looked up once for each."""

    def __missing__(self, code: int) -> str:
        self[code] = _shown(chr(code))
        return self[code]


@cache
def _signs() -> _Signs:
    return _Signs()


@cache
def _glyphs() -> frozenset[int]:
    """Collect the characters of all fonts of the PDF; a weight holds what the regular one holds."""
    found = [FT2Font(str(path)).get_charmap() for path in sorted(_FONTS.glob("*.ttf"))]
    return frozenset(code for charmap in found for code in charmap)
