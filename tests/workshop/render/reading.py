"""Reads our PDFs back: their words, their fonts, and what a screen reader gets from them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

SPACES = re.compile(r"[\s\u00a0\u202f]+")


def opened(made: bytes) -> PdfReader:
    """Open a PDF from its bytes."""
    return PdfReader(BytesIO(made))


def words_of(made: bytes, page: int | None = None) -> str:
    """Give the text of one page (0 = first) or of all, every kind of space as one plain space."""
    pages = _pages(made)
    return " ".join(pages) if page is None else pages[page]


@lru_cache(maxsize=16)
def _pages(made: bytes) -> tuple[str, ...]:
    return tuple(SPACES.sub(" ", each.extract_text()) for each in opened(made).pages)


def fonts_of(made: bytes) -> dict[str, bool]:
    """Give the fonts of all pages and of the pictures on them by name, and whether each is embedded."""
    found: dict[str, bool] = {}
    for page in opened(made).pages:
        found |= dict(_fonts(page.get("/Resources")))
    return found


def _fonts(resources: Any) -> Iterator[tuple[str, bool]]:
    if resources is None:
        return
    known = resources.get_object()
    for font in (known.get("/Font") or {}).values():
        yield _name_and_file(font.get_object())
    for picture in (known.get("/XObject") or {}).values():
        yield from _fonts(picture.get_object().get("/Resources"))


def _name_and_file(font: DictionaryObject) -> tuple[str, bool]:
    inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
    about = inner.get("/FontDescriptor")
    files = {"/FontFile", "/FontFile2", "/FontFile3"}
    return str(font["/BaseFont"]), about is not None and bool(files & set(about.get_object()))


def tags_of(made: bytes) -> list[DictionaryObject]:
    """List the structure elements of a PDF in reading order."""
    root = opened(made).trailer["/Root"]["/StructTreeRoot"]
    return list(_below(root))


def _below(element: Any) -> Iterator[DictionaryObject]:
    children = element.get("/K")
    children = children.get_object() if children is not None else []
    for child in children if isinstance(children, ArrayObject) else [children]:
        known = child.get_object()
        if isinstance(known, DictionaryObject) and "/S" in known:
            yield known
            yield from _below(known)


def kinds_of(made: bytes) -> list[str]:
    """List the kinds of the structure elements in reading order, such as `/H1`, `/Table`."""
    return [str(tag["/S"]) for tag in tags_of(made)]
