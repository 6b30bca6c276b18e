"""Writes the XML of a submission from KoBoToolbox's JSON, for servers that do not give the XML itself.

Keys are paths (`visit/site`), repeats are lists of objects whose keys begin with the repeat's own path, and
names with an underscore before them are the server's bookkeeping. Nothing is interpreted: an answer's text
stays as it is.
"""

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

BOOKKEEPING = re.compile(r"_(?!_version__)")
NAME = re.compile(r"[^\W\d][\w.\-]*", re.UNICODE)
META = ("instanceID", "instanceName", "deprecatedID", "rootUuid")


def xml_of(row: Mapping[str, Any], *, version: str) -> bytes:
    """Give the submission that a row of `/data/` describes; `version` stands in the root element."""
    form_id = str(row.get("_xform_id_string") or "")
    root = etree.Element(
        form_id if NAME.fullmatch(form_id) else "data", {"id": form_id, "version": version}
    )
    answers = {key: value for key, value in row.items() if not BOOKKEEPING.match(key)}
    for key, value in answers.items():
        if not key.startswith("meta/"):
            _write(root, key.split("/"), value, "")
    said = {name: row.get(f"meta/{name}") or _instead(row, name) for name in META}
    if any(said.values()):
        meta = etree.SubElement(root, "meta")
        for name, text in said.items():
            if text:
                etree.SubElement(meta, name).text = _plain(text)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _write(parent: etree._Element, steps: list[str], value: Any, around: str) -> None:
    """Write a value below `parent`, making the groups on the way; a list is a repeat."""
    if not all(NAME.fullmatch(step) for step in steps):
        return
    for step in steps[:-1]:
        inside = parent.find(step)
        parent = inside if inside is not None else etree.SubElement(parent, step)
    path = f"{around}{'/'.join(steps)}/"
    if isinstance(value, list):
        for one in value:
            _write_pass(etree.SubElement(parent, steps[-1]), one, path)
    else:
        etree.SubElement(parent, steps[-1]).text = _plain(value)


def _write_pass(node: etree._Element, answers: Any, path: str) -> None:
    """Write one pass of a repeat; its keys carry the whole path, which is cut off."""
    if not isinstance(answers, dict):
        node.text = _plain(answers)
        return
    for key, value in answers.items():
        _write(node, key.removeprefix(path).split("/"), value, path)


def _instead(row: Mapping[str, Any], name: str) -> str:
    return f"uuid:{row['_uuid']}" if name == "instanceID" and row.get("_uuid") else ""


def _plain(value: Any) -> str:
    """Give an answer's text without the characters that XML cannot hold."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", str(value))
