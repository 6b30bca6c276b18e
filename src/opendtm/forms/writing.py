"""Writes a submission as a phone would, from values: for demonstrations, for imports from other servers, for tests."""

import re
from collections.abc import Mapping

from lxml import etree

from opendtm.forms.definition import FormDefinition
from opendtm.forms.typed import text_of
from opendtm.records.answers import Value

_ORX = "http://openrosa.org/xforms"
_STEP = re.compile(r"([^/\[\]]+)(?:\[(\d+)\])?")


def write_submission(
    form: FormDefinition,
    values: Mapping[str, Value],
    *,
    instance_id: str,
    deprecated_id: str | None = None,
    instance_name: str | None = None,
) -> bytes:
    """Write the XML of one submission.

    `values` maps paths (`/visit/site_id`, `/households[2]/size`) to values; None writes an empty node (asked,
    left empty), and a path that is not there writes nothing (not asked). KeyError where the form has no such
    question.
    """
    root = etree.Element(
        form.root, {"id": form.form_id, "version": form.version}, nsmap={"orx": _ORX}
    )
    order = {path: place for place, path in enumerate(form.by_path)}
    plain = {path: re.sub(r"\[\d+\]", "", path) for path in values}
    for path in values:
        if plain[path] not in order:
            raise KeyError(path)
    for path in sorted(values, key=lambda path: (order[plain[path]], _positions(path))):
        _node(root, path).text = text_of(values[path])
    meta = etree.SubElement(root, f"{{{_ORX}}}meta")
    for name, text in (
        ("instanceID", instance_id),
        ("instanceName", instance_name),
        ("deprecatedID", deprecated_id),
    ):
        if text:
            etree.SubElement(meta, f"{{{_ORX}}}{name}").text = text
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _positions(path: str) -> tuple[int, ...]:
    return tuple(int(position) for position in re.findall(r"\[(\d+)\]", path))


def _node(root: etree._Element, path: str) -> etree._Element:
    node = root
    for name, position in _STEP.findall(path):
        place = int(position or 1)
        found = [child for child in node if child.tag == name]
        while len(found) < place:
            found.append(etree.SubElement(node, name))
        node = found[place - 1]
    return node
