"""Entities in forms: which lists a form adds to, and what one submission asks of which entity.

After the entities specification of ODK XForms (2022.1 to 2025.1): a form declares an entity in a `meta`
block, at its root or inside a group or repeat, and names the property that an answer is saved to; a
submission carries the entity's id, and the version and the branch that an update builds on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from opendtm.forms import safe_xml
from opendtm.forms.submission import root_of
from opendtm.forms.xform import children, local, model_of

NAMESPACE = "http://www.opendatakit.org/xforms/entities"
_YES = frozenset({"1", "true"})


@dataclass(frozen=True, slots=True)
class EntityDeclaration:
    """That a form creates or updates entities of a list.

    `around` is the path of the group or repeat whose `meta` declares it, empty at the root; `saved` gives
    the property that each question, by its path, is saved to.
    """

    dataset: str
    around: str
    saved: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EntityOrder:
    """What a submission asks of one entity.

    `values` has the properties that were asked; one that was not asked is absent, one left empty is empty.
    `base_version` is the version that the phone knew, `trunk_version` the last one that it had from the
    server, `branch_id` the run of changes that it made since; None or empty where the form says nothing.
    """

    dataset: str
    key: str
    create: bool
    update: bool
    label: str
    values: Mapping[str, str]
    base_version: int | None = None
    trunk_version: int | None = None
    branch_id: str = ""


def declared_entities(xform: bytes) -> tuple[EntityDeclaration, ...]:
    """Give what the bytes of an XForm declare. Raises XmlRefused or NotAnXForm, with the reason."""
    model, instance = model_of(safe_xml.parse(xform, limits=safe_xml.FORM))
    found = {path: str(node.get("dataset") or "") for path, node in _entities(instance, "")}
    saved = dict(_saved(model, local(instance)))
    homes = {path: _home(path, found) for path in saved}
    return tuple(
        EntityDeclaration(
            dataset, around, {path: saved[path] for path in saved if homes[path] == around}
        )
        for around, dataset in found.items()
    )


def read_entities(
    submission: bytes, declarations: Sequence[EntityDeclaration]
) -> tuple[EntityOrder, ...]:
    """Give what a submission asks of entities, in document order of each declaration.

    An entity that the form's conditions neither create nor update is left out. Raises as `read_submission`.
    """
    root = root_of(safe_xml.parse(submission))
    orders = (
        _order(container, entity, declaration)
        for declaration in declarations
        for container, entity in _declared(root, declaration)
    )
    return tuple(order for order in orders if order.create or order.update)


def _entities(parent: etree._Element, path: str) -> Iterator[tuple[str, etree._Element]]:
    for child in parent:
        name = local(child)
        if name == "meta":
            yield from ((path, entity) for entity in children(child, "entity"))
        elif len(child):
            yield from _entities(child, f"{path}/{name}")


def _saved(model: etree._Element, root: str) -> Iterator[tuple[str, str]]:
    for bind in children(model, "bind"):
        saved, nodeset = bind.get(f"{{{NAMESPACE}}}saveto"), bind.get("nodeset") or ""
        if saved:
            yield nodeset.strip().removeprefix(f"/{root}"), str(saved)


def _home(path: str, found: Mapping[str, str]) -> str:
    """Find the innermost declaration around a question."""
    around = [home for home in found if path.startswith(f"{home}/")]
    return max(around, key=len, default="-")


def _declared(
    root: etree._Element, declaration: EntityDeclaration
) -> Iterator[tuple[etree._Element, etree._Element]]:
    for container in _at(root, declaration.around):
        for meta in children(container, "meta"):
            for entity in children(meta, "entity"):
                if (entity.get("dataset") or declaration.dataset) == declaration.dataset:
                    yield container, entity


def _at(parent: etree._Element, path: str) -> Iterator[etree._Element]:
    first, _, rest = path.removeprefix("/").partition("/")
    if not first:
        yield parent
        return
    for child in children(parent, first):
        yield from _at(child, rest)


def _order(
    container: etree._Element, entity: etree._Element, declaration: EntityDeclaration
) -> EntityOrder:
    values = {}
    for path, saved in declaration.saved.items():
        node = next(_at(container, path.removeprefix(declaration.around)), None)
        if node is not None:
            values[saved] = _text(node)
    label = next(children(entity, "label"), None)
    return EntityOrder(
        dataset=declaration.dataset,
        key=str(entity.get("id") or "").strip().removeprefix("uuid:"),
        create=_yes(entity, "create"),
        update=_yes(entity, "update"),
        label="" if label is None else _text(label),
        values=values,
        base_version=_number(entity, "baseVersion"),
        trunk_version=_number(entity, "trunkVersion"),
        branch_id=str(entity.get("branchId") or "").strip(),
    )


def _yes(entity: etree._Element, name: str) -> bool:
    return str(entity.get(name) or "").strip().lower() in _YES


def _number(entity: etree._Element, name: str) -> int | None:
    text = str(entity.get(name) or "").strip()
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _text(node: etree._Element) -> str:
    return (node.text or "").strip()
