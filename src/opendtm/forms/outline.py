"""The order in which a form asks: its sections and questions as the body of the XForm shows them, with hints.

`read_form` says what each question is; this says how they stand together, for whoever lays them out.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from opendtm.forms import safe_xml
from opendtm.forms.definition import FormDefinition, Question
from opendtm.forms.translations import Translations
from opendtm.forms.xform import children, local, read_form

_CONTROLS = frozenset(
    {"input", "select", "select1", "rank", "upload", "trigger", "range", "secret"}
)
_CLIMBING = re.compile(r"(?:current\(\)/)?((?:\.\./)+)([\w/-]+)")


@dataclass(frozen=True, slots=True)
class Part:
    """A section, a repeated section, or one question, in the order of the body.

    `question` is set for a question alone; `parts` holds what stands inside a section. Words have one entry a
    language of the form, as in `Question.labels`.
    """

    path: str
    labels: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    relevant: str | None = None
    repeated: bool = False
    control: str = ""
    question: Question | None = None
    parts: tuple["Part", ...] = ()


@dataclass(frozen=True)
class Outline:
    """A form and the parts of its body."""

    form: FormDefinition
    parts: tuple[Part, ...]


def read_outline(xml: bytes) -> Outline:
    """Read the bytes of an XForm. Raises XmlRefused or NotAnXForm, with the reason."""
    form = read_form(xml)
    root = safe_xml.parse(xml, limits=safe_xml.FORM)
    model = next(node for node in root.iter() if local(node) == "model")
    reader = _Reader(form, model)
    bodies = (node for node in root.iter() if local(node) == "body")
    return Outline(form, tuple(part for body in bodies for part in reader.parts(body, "")))


class _Reader:
    def __init__(self, form: FormDefinition, model: etree._Element) -> None:
        self.form = form
        self.texts = Translations(model)
        self.relevant = {
            path: self._absolute(str(bind.get("relevant")), path)
            for bind in children(model, "bind")
            if bind.get("nodeset") and bind.get("relevant")
            for path in [self._path(str(bind.get("nodeset")), "")]
        }

    def parts(self, parent: etree._Element, around: str) -> Iterator[Part]:
        """Go through what stands directly inside an element of the body."""
        for node in parent:
            kind = local(node)
            if kind == "group":
                yield from self._group(node, around)
            elif kind == "repeat":
                path = self._path(str(node.get("nodeset") or ""), around)
                yield self._section(node, path, node, repeated=True)
            elif kind in _CONTROLS:
                yield from self._question(node, around)

    def _group(self, node: etree._Element, around: str) -> Iterator[Part]:
        reference = node.get("ref") or node.get("nodeset") or ""
        path = self._path(reference, around) if reference else around
        repeat = next(children(node, "repeat"), None)
        if repeat is not None:
            inside = self._path(str(repeat.get("nodeset") or ""), around)
            yield self._section(repeat, inside, node, repeated=True)
        else:
            yield self._section(node, path, node, repeated=False)

    def _section(
        self, node: etree._Element, path: str, named: etree._Element, *, repeated: bool
    ) -> Part:
        return Part(
            path=path,
            labels=self._words(named, "label"),
            relevant=self.relevant.get(path),
            repeated=repeated,
            parts=tuple(self.parts(node, path)),
        )

    def _question(self, node: etree._Element, around: str) -> Iterator[Part]:
        path = self._path(str(node.get("ref") or ""), around)
        question = self.form.by_path.get(path)
        if question is not None:
            yield Part(
                path=path,
                labels=question.labels,
                hints=self._words(node, "hint"),
                relevant=self.relevant.get(path),
                control=local(node),
                question=question,
            )

    def _absolute(self, expression: str, path: str) -> str:
        """Write a condition with every path from the root, also those that climb from the question."""

        def climbed(match: re.Match[str]) -> str:
            steps = path.split("/")[: -match.group(1).count("../") or None]
            return "/".join([f"/{self.form.root}", *steps[1:], match.group(2)])

        return " ".join(_CLIMBING.sub(climbed, expression).split())

    def _words(self, node: etree._Element, name: str) -> Mapping[str, str]:
        found = next(children(node, name), None)
        return self.texts.labels(found) if found is not None else {}

    def _path(self, reference: str, around: str) -> str:
        steps = [step.rpartition(":")[2] for step in reference.strip().split("/") if step]
        if reference.strip().startswith("/"):
            return "/" + "/".join(steps[1:] if steps[:1] == [self.form.root] else steps)
        return "/".join([around, *steps])
