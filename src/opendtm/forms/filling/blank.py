"""The form before anybody has filled it in: its tree, and what binds and controls say of each place."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO

from lxml import etree

from opendtm.forms import safe_xml
from opendtm.forms.definition import FormDefinition, Question
from opendtm.forms.filling.expressions import Evaluate, compile_expression
from opendtm.forms.filling.functions import FUNCTIONS
from opendtm.forms.filling.nodes import Node, rows_as_nodes
from opendtm.forms.xform import children, local, read_form

_JR = "http://openrosa.org/javarosa"


@dataclass
class Place:
    """What the form says of one place, expressions ready to be evaluated; None where it says nothing."""

    path: str
    question: Question | None = None
    preload: str | None = None
    relevant: Evaluate | None = None
    constraint: Evaluate | None = None
    constraint_text: str = ""
    calculate: Evaluate | None = None
    required: Evaluate | None = None
    default: str = ""
    first_value: Evaluate | None = None
    choices: Evaluate | None = None
    choice_value: str = "name"
    inline: tuple[str, ...] = ()
    passes: Evaluate | None = None
    is_repeat: bool = False
    is_asked: bool = False
    parts: list["Place"] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Give the last part of the path."""
        return self.path.rpartition("/")[2]


class BlankForm:
    """A form ready to be filled in. `files` are the lists beside it, by file name, as CSV."""

    def __init__(self, xml: bytes, files: Mapping[str, bytes]) -> None:
        self.definition: FormDefinition = read_form(xml)
        self._document = safe_xml.parse(xml, limits=safe_xml.FORM)
        self._model = next(node for node in self._document.iter() if local(node) == "model")
        self._instances = list(children(self._model, "instance"))
        self.places: dict[str, Place] = {}
        instance = next(child for child in self._instances[0])
        self.top = self._place(instance, "")
        self._read_binds()
        self._read_controls()
        self._read_first_values()
        self.lists = self._lists(files)

    def _compiled(self, expression: str | None) -> Evaluate | None:
        return compile_expression(expression, FUNCTIONS) if expression else None

    def _place(self, element: etree._Element, path: str) -> Place:
        place = Place(path, self.definition.by_path.get(path), default=(element.text or "").strip())
        place.is_repeat = path in self.definition.repeats
        self.places[path] = place
        seen: set[str] = set()
        for child in element:
            name = local(child)
            if name not in seen and f"{path}/{name}" != "/meta":
                seen.add(name)
                place.parts.append(self._place(child, f"{path}/{name}"))
        return place

    def _of(self, reference: str | None) -> Place | None:
        path = "/" + "/".join((reference or "").strip().split("/")[2:])
        return self.places.get(path)

    def _read_binds(self) -> None:
        for bind in children(self._model, "bind"):
            place = self._of(bind.get("nodeset"))
            if place is None:
                continue
            place.relevant = self._compiled(bind.get("relevant"))
            place.constraint_text = bind.get("constraint") or ""
            place.constraint = self._compiled(place.constraint_text)
            place.calculate = self._compiled(bind.get("calculate"))
            place.required = self._compiled(bind.get("required"))
            place.preload = bind.get(f"{{{_JR}}}preload")

    def _read_controls(self) -> None:
        for body in (node for node in self._document.iter() if local(node) == "body"):
            for node in body.iter():
                self._read_control(node)

    def _read_control(self, node: etree._Element) -> None:
        place = self._of(node.get("ref") or node.get("nodeset"))
        if place is None or local(node) in {"group", "itemset", "setvalue", "label", "value"}:
            return
        if local(node) == "repeat":
            place.passes = self._compiled(node.get(f"{{{_JR}}}count"))
            return
        place.is_asked = True
        itemset = next(children(node, "itemset"), None)
        if itemset is not None:
            place.choices = self._compiled(itemset.get("nodeset"))
            place.choice_value = next(children(itemset, "value")).get("ref") or "name"
        elif place.question is not None:
            place.inline = tuple(choice.name for choice in place.question.choices)

    def _read_first_values(self) -> None:
        for node in self._document.iter():
            if isinstance(node.tag, str) and local(node) == "setvalue" and _at_first(node):
                place = self._of(node.get("ref"))
                if place is not None:
                    place.first_value = self._compiled(node.get("value"))

    def _lists(self, files: Mapping[str, bytes]) -> dict[str, Node]:
        found = {name.rpartition(".")[0]: _from_csv(content) for name, content in files.items()}
        for instance in self._instances[1:]:
            items = [child for root in instance for child in root]
            if items:
                rows = [{local(cell): (cell.text or "").strip() for cell in item} for item in items]
                found[instance.get("id") or ""] = rows_as_nodes(rows)
            elif (instance.get("src") or "").endswith("last-saved"):
                found[instance.get("id") or ""] = Node("")  # nothing was saved before
        return found


def _at_first(action: etree._Element) -> bool:
    """Tell whether a value is set when the form or the repeat is opened, not when another answer changes."""
    return bool(
        {"odk-instance-first-load", "odk-new-repeat"} & set((action.get("event") or "").split())
    )


def _from_csv(content: bytes) -> Node:
    return rows_as_nodes(list(csv.DictReader(StringIO(content.decode("utf-8-sig")))))
