"""Makes a form out of concepts: what a row of a spreadsheet is filled into, so that it reads like any submission."""

from collections.abc import Iterable
from hashlib import sha256

from lxml import etree

from opendtm.forms.names import NAMESPACE
from opendtm.vocab import Concept, Kind, concept

_XFORMS, _HTML = "http://www.w3.org/2002/xforms", "http://www.w3.org/1999/xhtml"
_TYPES = {
    Kind.TEXT: "string",
    Kind.CODE: "string",
    Kind.CODES: "select",
    Kind.COUNT: "decimal",
    Kind.NUMBER: "decimal",
    Kind.DATE: "date",
}


def table_form(form_id: str, title: str, names: Iterable[str]) -> tuple[bytes, str]:
    """Give the XForm with one question a concept, in the order given, and its version.

    The same concepts give the same version. KeyError where a name is not in the data dictionary.
    """
    asked = [concept(name) for name in names]
    version = sha256(" ".join(one.name for one in asked).encode()).hexdigest()[:12]
    html = etree.Element(f"{{{_HTML}}}html", nsmap={"h": _HTML, "x": _XFORMS, "opendtm": NAMESPACE})
    head = etree.SubElement(html, f"{{{_HTML}}}head")
    etree.SubElement(head, f"{{{_HTML}}}title").text = title
    model = etree.SubElement(head, f"{{{_XFORMS}}}model")
    instance = etree.SubElement(model, f"{{{_XFORMS}}}instance")
    root = etree.SubElement(instance, "row", {"id": form_id, "version": version})
    body = etree.SubElement(html, f"{{{_HTML}}}body")
    for one in asked:
        etree.SubElement(root, one.name)
        _ask(model, body, one)
    etree.SubElement(etree.SubElement(root, "meta"), "instanceID")
    xml: bytes = etree.tostring(html, xml_declaration=True, encoding="utf-8")
    return xml, version


def _ask(model: etree._Element, body: etree._Element, one: Concept) -> None:
    path = f"/row/{one.name}"
    bind = etree.SubElement(
        model, f"{{{_XFORMS}}}bind", {"nodeset": path, "type": _TYPES[one.kind]}
    )
    bind.set(f"{{{NAMESPACE}}}concept", one.name)
    field = etree.SubElement(body, f"{{{_XFORMS}}}input", {"ref": path})
    etree.SubElement(field, f"{{{_XFORMS}}}label").text = one.label.en
