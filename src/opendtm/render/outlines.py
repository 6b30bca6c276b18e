"""Turns words of a picture into outlines where the PDF engine cannot carry them as words.

Inside a picture it loses which letters a joined sign stands for (Arabic, Devanagari and their like), which
the PDF standard forbids. Such words are drawn; the description of the picture says what they say.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from lxml import etree
from matplotlib import font_manager
from matplotlib.textpath import TextPath

from opendtm.render.svg import POINT, fine

_FONTS = Path(__file__).parent / "fonts"
_FAMILIES = ["Noto Sans", "Noto Sans Arabic", "DejaVu Sans"]
# Letters that stand for themselves: Latin, Greek, Cyrillic, signs. All others may be joined or stacked.
_JOINED = re.compile(
    "[^\\s\u0020-\u02ff\u0370-\u052f\u1e00-\u1eff\u2010-\u205e\u20a0-\u20bf\u2100-\u22ff\u25a0-\u27bf\ufffd]"
)
_SVG = "{http://www.w3.org/2000/svg}"
_OWN = ("x", "y", "font-size", "font-weight", "text-anchor", "letter-spacing")
_COMMANDS = {1: "M", 2: "L", 3: "Q", 4: "C"}


def outlined(picture: str) -> str:
    """Give an SVG picture with those of its words drawn that need it; the others stay words."""
    if not _JOINED.search(picture):
        return picture
    root = etree.fromstring(picture.encode())
    for words in list(root.iter(f"{_SVG}text")):
        if _JOINED.search(words.text or ""):
            _draw(words)
    return etree.tostring(root, encoding="unicode")


def _draw(words: etree._Element) -> None:
    size = float(_inherited(words, "font-size") or 7 * POINT)
    outline = TextPath((0, 0), words.text or "", size=size, prop=_font())
    left, right = outline.get_extents().x0, outline.get_extents().x1
    anchor = _inherited(words, "text-anchor")
    shift = {"end": right, "middle": (left + right) / 2}.get(anchor or "", left)
    x, y = float(words.get("x", "0")) - shift, float(words.get("y", "0"))
    words.tag, words.text = f"{_SVG}path", None
    for name in _OWN:
        if name in words.attrib:
            del words.attrib[name]
    words.set("d", "".join(_commands(outline, x, y)))


def _commands(outline: TextPath, x: float, y: float) -> Iterator[str]:
    for points, code in outline.iter_segments(simplify=False, curves=True):
        command = _COMMANDS.get(int(code))
        if command is None:
            yield "z"
            continue
        pairs = zip(points[::2], points[1::2], strict=True)
        yield command + " ".join(f"{fine(x + right)} {fine(y - up)}" for right, up in pairs)


def _inherited(element: etree._Element, name: str) -> str | None:
    for each in (element, *element.iterancestors()):
        found = each.get(name)
        if found is not None:
            return str(found)
    return None


@cache
def _font() -> font_manager.FontProperties:
    """Give our letters in the one weight that all three families have."""
    for path in sorted(_FONTS.glob("*-Regular.ttf")):
        font_manager.fontManager.addfont(path)
    return font_manager.FontProperties(family=_FAMILIES)
