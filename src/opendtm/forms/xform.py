"""Reads an XForm, whoever made it, into the questions it asks.

Types come from the binds and, for choices and attachments, from the controls; labels from the translations;
what a question measures from the attributes that `convert` writes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from opendtm.errors.forms import NotAnXForm
from opendtm.forms import safe_xml
from opendtm.forms.definition import Choice, FormDefinition, Question, QuestionType
from opendtm.forms.names import NAMESPACE
from opendtm.forms.timing import timing_of
from opendtm.forms.translations import Translations
from opendtm.i18n import Message, mark

JR = "http://openrosa.org/javarosa"
_TYPES = {
    "int": QuestionType.INTEGER,
    "integer": QuestionType.INTEGER,
    "long": QuestionType.INTEGER,
    "decimal": QuestionType.DECIMAL,
    "double": QuestionType.DECIMAL,
    "float": QuestionType.DECIMAL,
    "date": QuestionType.DATE,
    "time": QuestionType.TIME,
    "datetime": QuestionType.DATETIME,
    "boolean": QuestionType.BOOLEAN,
    "select1": QuestionType.SELECT_ONE,
    "select": QuestionType.SELECT_MULTIPLE,
    "rank": QuestionType.RANK,
    "geopoint": QuestionType.GEOPOINT,
    "geotrace": QuestionType.GEOTRACE,
    "geoshape": QuestionType.GEOSHAPE,
    "binary": QuestionType.BINARY,
    "barcode": QuestionType.BARCODE,
}
_CONTROLS = {
    "select1": QuestionType.SELECT_ONE,
    "select": QuestionType.SELECT_MULTIPLE,
    "rank": QuestionType.RANK,
    "upload": QuestionType.BINARY,
}
_INSTANCE = re.compile(r"instance\(\s*['\"]([^'\"]+)['\"]\s*\)")
_TRUE = frozenset({"true()", "true", "1", "yes"})


def read_form(xml: bytes) -> FormDefinition:
    """Read the bytes of an XForm. Raises XmlRefused or NotAnXForm, with the reason."""
    model, instance = model_of(safe_xml.parse(xml, limits=safe_xml.FORM))
    return _Reader(model, instance).definition()


def local(element: etree._Element) -> str:
    """Give the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Go through the children with that name, in any namespace."""
    return element.iterchildren(f"{{*}}{name}")


def model_of(root: etree._Element) -> tuple[etree._Element, etree._Element]:
    model = next((element for element in root.iter() if local(element) == "model"), None)
    if model is None:
        raise NotAnXForm(cause=Message(mark("it has no model.")))
    instance = next((child for node in children(model, "instance") for child in node), None)
    if instance is None:
        raise NotAnXForm(cause=Message(mark("its model has no primary instance.")))
    return model, instance


@dataclass(slots=True)
class _Control:
    """What the body says about a node."""

    element: etree._Element
    label: etree._Element | None


class _Reader:
    """Collects what the parts of one XForm say about each node."""

    def __init__(self, model: etree._Element, instance: etree._Element) -> None:
        self.model, self.instance = model, instance
        self.document = model.getroottree().getroot()
        self.root = local(instance)
        self.texts = Translations(model)
        self.instances = {str(node.get("id")): node for node in children(model, "instance")}
        self.controls: dict[str, _Control] = {}
        self.repeats: dict[str, None] = {}
        self.lists: dict[str, tuple[Choice, ...]] = {}
        self.binds: dict[str, etree._Element] = {}
        self._collect_body()
        self._collect_binds()

    def definition(self) -> FormDefinition:
        submission = next(children(self.model, "submission"), None)
        return FormDefinition(
            form_id=self._form_id(),
            version=str(
                self.instance.get("version") or self.instance.get(f"{{{JR}}}version") or ""
            ),
            title=next(
                (_text(node) for node in self.document.iter() if local(node) == "title"), ""
            ),
            root=self.root,
            languages=self.texts.languages,
            default_language=self.texts.default,
            questions=tuple(self._questions(self.instance, "", ())),
            repeats=tuple(self.repeats),
            media=tuple(self._media()),
            encrypted=submission is not None and submission.get("base64RsaPublicKey") is not None,
            timing=timing_of((path, _said(bind)) for path, bind in self.binds.items()),
        )

    def _form_id(self) -> str:
        found = self.instance.get("id") or etree.QName(self.instance).namespace
        if not found or found == "http://www.w3.org/2002/xforms":
            raise NotAnXForm(cause=Message(mark("its primary instance has no id.")))
        return str(found)

    def _collect_body(self) -> None:
        for body in (node for node in self.document.iter() if local(node) == "body"):
            for node in body.iter():
                self._collect_control(node)

    def _collect_control(self, node: etree._Element) -> None:
        reference = node.get("ref") or node.get("nodeset") or self._bound(node.get("bind"))
        if not reference or local(node) in {"itemset", "label", "value", "hint", "copy"}:
            return
        path = self._below_root(reference)
        if local(node) == "repeat":
            self.repeats[path] = None
        elif path not in self.controls:
            self.controls[path] = _Control(node, next(children(node, "label"), None))

    def _bound(self, identifier: str | None) -> str | None:
        if not identifier:
            return None
        bind = next(
            (bind for bind in children(self.model, "bind") if bind.get("id") == identifier), None
        )
        return bind.get("nodeset") if bind is not None else None

    def _collect_binds(self) -> None:
        for bind in children(self.model, "bind"):
            if nodeset := bind.get("nodeset"):
                self.binds.setdefault(self._below_root(nodeset), bind)

    def _below_root(self, reference: str) -> str:
        steps = [step for step in reference.strip().split("/") if step]
        names = [step.partition("[")[0].rpartition(":")[2] for step in steps]
        if reference.strip().startswith("/") and names and names[0] == self.root:
            names = names[1:]
        return "/" + "/".join(names)

    def _questions(
        self, parent: etree._Element, path: str, around: tuple[str, ...]
    ) -> Iterator[Question]:
        seen: set[str] = set()
        for child in parent:
            here = f"{path}/{local(child)}"
            if here in seen:
                continue  # the second copy of a repeat: the first one was its template
            seen.add(here)
            if len(child):
                inside = (*around, here) if here in self.repeats else around
                yield from self._questions(child, here, inside)
            elif here not in self.repeats:
                yield self._question(here, around)

    def _question(self, path: str, around: tuple[str, ...]) -> Question:
        bind, control = self.binds.get(path), self.controls.get(path)
        said = _said(bind)
        choices, file = self._choices(control.element) if control else ((), None)
        return Question(
            path=path,
            type=_type(said, control.element if control else None),
            labels=self.texts.labels(control.label)
            if control and control.label is not None
            else {},
            choices=choices,
            choices_file=file,
            repeats=around,
            concept=said.get(f"{{{NAMESPACE}}}concept"),
            hxl=said.get(f"{{{NAMESPACE}}}hxl"),
            sector=said.get(f"{{{NAMESPACE}}}sector"),
            sharing=said.get(f"{{{NAMESPACE}}}sharing"),
            informant=said.get(f"{{{NAMESPACE}}}informant"),
            relevant=_expression(said.get("relevant")),
            required=(said.get("required") or "").strip().lower() in _TRUE,
            constraint=_expression(said.get("constraint")),
            calculate=_expression(said.get("calculate")),
            mediatype=control.element.get("mediatype") if control else None,
        )

    def _choices(self, control: etree._Element) -> tuple[tuple[Choice, ...], str | None]:
        if local(control) not in {"select", "select1", "rank"}:
            return (), None
        itemset = next(children(control, "itemset"), None)
        if itemset is None:
            return tuple(self.texts.inline_choices(control)), None
        match = _INSTANCE.search(itemset.get("nodeset") or "")
        instance = self.instances.get(match.group(1)) if match else None
        if instance is None:
            return (), None
        if source := instance.get("src"):
            return (), source.rpartition("/")[2]
        return self._listed(instance, itemset), None

    def _listed(self, instance: etree._Element, itemset: etree._Element) -> tuple[Choice, ...]:
        """Read a list once, however many questions use it with the same value and label."""
        key = "|".join([str(instance.get("id")), *(str(part.get("ref")) for part in itemset)])
        if key not in self.lists:
            self.lists[key] = self.texts.listed_choices(instance, itemset)
        return self.lists[key]

    def _media(self) -> Iterator[str]:
        """Name the files that must travel with the form: lists, and pictures and sounds in labels."""
        sources = [instance.get("src") or "" for instance in children(self.model, "instance")]
        found = [source for source in sources if source.startswith("jr://file")] + list(
            self.texts.media
        )
        yield from dict.fromkeys(source.rpartition("/")[2] for source in found)


def _said(bind: etree._Element | None) -> Mapping[str, str]:
    """Give the attributes of a bind, named with their namespace."""
    return {str(key): str(value) for key, value in bind.attrib.items()} if bind is not None else {}


def _type(said: Mapping[str, str], control: etree._Element | None) -> QuestionType:
    if control is not None and (kind := _CONTROLS.get(local(control))):
        return kind
    kind = _TYPES.get(said.get("type", "").strip().rpartition(":")[2].lower(), QuestionType.TEXT)
    shown_only = said.get("readonly", "").strip().lower() in _TRUE and not said.get("calculate")
    return (
        QuestionType.NOTE
        if shown_only and control is not None and kind is QuestionType.TEXT
        else kind
    )


def _expression(text: str | None) -> str | None:
    return " ".join(text.split()) or None if text else None


def _text(element: etree._Element) -> str:
    return "".join(str(part) for part in element.itertext()).strip()
