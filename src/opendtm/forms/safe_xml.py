"""Reads XML from outside without harm: size, nesting, number of nodes and attributes are bounded first.

No common parser alone refuses every known attack, so the bytes pass three walls: the size and the encoding,
then expat counting as it reads, then lxml with every outside reference switched off. Where the signs in the text
are too few for too many elements or attributes, expat need not count, and the depth is looked at in the tree.
"""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from xml.parsers import expat

from lxml import etree

from opendtm.errors.forms import XmlRefused
from opendtm.i18n import Message, mark

_CHUNK = 1 << 16
_ENCODINGS = frozenset({"utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii"})
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much XML is read: bytes, depth of nesting, elements in all, attributes of one element.

    `tag` bounds the characters of one tag, because expat counts attributes only when it has built them all.
    """

    size: int = 2_000_000
    depth: int = 64
    nodes: int = 50_000
    attributes: int = 64
    tag: int = 65_536


SUBMISSION = Limits()
FORM = Limits(size=10_000_000, nodes=400_000)


def parse(xml: bytes, *, limits: Limits = SUBMISSION) -> etree._Element:
    """Read one document and give its root element, without comments and processing instructions.

    Raises XmlRefused, with the reason, for a document over a limit, with a document type declaration, in
    another encoding than UTF-8 or UTF-16, or not well formed.
    """
    if len(xml) > limits.size:
        raise _refused(
            mark("it has {found} bytes, more than {limit}."), found=len(xml), limit=limits.size
        )
    text = _decoded(xml)
    if _declares_a_type(text):
        raise _refused(mark("it declares a document type (DOCTYPE)."))
    if re.search(rf"<[^\W\d][^<>]{{{limits.tag}}}", text):
        raise _refused(mark("one tag has more than {limit} characters."), limit=limits.tag)
    few = text.count("<") <= limits.nodes and text.count("=") <= limits.attributes
    if few:
        _Reader(limits).read(xml)
    else:
        _Counter(limits).read(xml)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        _Counter(limits).read(xml)  # lxml has a limit of depth of its own
        raise _refused(mark("it is not well formed ({reason})."), reason=str(error)) from error
    if few:
        _check_depth(root, limits.depth)
    return root


def _check_depth(root: etree._Element, limit: int) -> None:
    if _deeper_than(limit)(root):
        raise _too_deep(limit)


@cache
def _deeper_than(limit: int) -> etree.XPath:
    return etree.XPath(f"boolean({'/*' * (limit + 1)})")


def _decoded(xml: bytes) -> str:
    encoding = next((name for start, name in _MARKS if xml.startswith(start)), "utf-8")
    try:
        return xml.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise _refused(mark("its text is not in UTF-8 or UTF-16.")) from error


def _declares_a_type(text: str) -> bool:
    """Look for a document type before the first element, skipping white space, comments and instructions."""
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        end = next(
            (end for start, end in (("<!--", "-->"), ("<?", "?>")) if text.startswith(start, at)),
            None,
        )
        if end is None:
            return text.startswith("<!", at)
        at = text.find(end, at)
        if at < 0:
            return False
        at += len(end)
    return False


class _Reader:
    """Has expat read, which finds what is not well formed, in another encoding or of a declared type."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits

    def read(self, xml: bytes) -> None:
        parser = self._parser()
        try:
            # In pieces: after a refusal expat would still read to the end of what it was given.
            for start in range(0, len(xml), _CHUNK):
                parser.Parse(xml[start : start + _CHUNK], False)  # noqa: FBT003 - expat takes it by position only
            parser.Parse(b"", True)  # noqa: FBT003
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise _refused(mark("it is not well formed ({reason})."), reason=str(error)) from error

    def _parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._type
        return parser

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in _ENCODINGS:
            raise _refused(mark("its text is not in UTF-8 or UTF-16."))

    def _type(self, *_parts: object) -> None:
        raise _refused(mark("it declares a document type (DOCTYPE)."))


class _Counter(_Reader):
    """Counts what expat reads, too, and stops at the first limit that is passed."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.depth = 0
        self.nodes = 0

    def _parser(self) -> expat.XMLParserType:
        parser = super()._parser()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        return parser

    def _start(self, _name: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        self.nodes += 1
        if self.depth > self.limits.depth:
            raise _too_deep(self.limits.depth)
        if self.nodes > self.limits.nodes:
            raise _refused(mark("it has more than {limit} elements."), limit=self.limits.nodes)
        if len(attributes) > self.limits.attributes:
            raise _refused(
                mark("an element has more than {limit} attributes."), limit=self.limits.attributes
            )

    def _end(self, _name: str) -> None:
        self.depth -= 1


def _too_deep(limit: int) -> XmlRefused:
    return _refused(mark("its elements are nested more than {limit} deep."), limit=limit)


def _refused(sentence: str, **values: object) -> XmlRefused:
    return XmlRefused(cause=Message(sentence, values))
