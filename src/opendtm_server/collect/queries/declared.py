"""What a form version says of entities: what it declares, which lists it reads, whether it reports a new site."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from opendtm import forms as workshop
from opendtm.errors import InputProblem
from opendtm.forms import EntityDeclaration
from opendtm_server.collect.models import FormVersion
from opendtm_server.collect.queries.forms import ListedVersion, definition_of, listed_versions

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

_LISTS = re.compile(rb"jr://file(?:-csv)?/([A-Za-z_][A-Za-z0-9_-]*)\.csv")
_ENTITY = re.compile(rb"<(?:\w+:)?entity\b")


def lists_named(version: FormVersion | ListedVersion) -> tuple[str, ...]:
    """Name the lists that a form reads from files of the kind `jr://file-csv/NAME.csv`."""
    return _lists_named(version.pk, version.md5)


def declared_by(version: FormVersion) -> tuple[EntityDeclaration, ...]:
    """Give the entities that a form version creates or updates; none where its bytes cannot be read as a form."""
    return _declared(version.pk, version.md5)


def reports_a_site(version: FormVersion) -> bool:
    """Tell whether a form asks for a site's name and not which of the known sites it is: it reports a new one."""
    try:
        definition = definition_of(version)
    except InputProblem:
        return False
    return bool(definition.measuring("site_name")) and not definition.measuring("site_id")


def forms_by_list(operation: "Operation") -> dict[str, list[FormVersion]]:
    """Give, for each list, the newest versions of the forms that read it or write into it."""
    found: dict[str, list[FormVersion]] = {}
    for version in listed_versions(operation):
        names = {*lists_named(version), *(one.dataset for one in declared_by(version))}
        for name in names:
            found.setdefault(name, []).append(version)
    return found


def _bytes(key: int) -> bytes:
    return bytes(FormVersion.objects.values_list("xform", flat=True).get(pk=key))


@lru_cache(maxsize=4096)
def _lists_named(key: int, md5: str) -> tuple[str, ...]:  # noqa: ARG001 - the bytes that are meant
    return tuple(dict.fromkeys(name.decode() for name in _LISTS.findall(_bytes(key))))


@lru_cache(maxsize=256)
def _declared(key: int, md5: str) -> tuple[EntityDeclaration, ...]:  # noqa: ARG001 - the bytes that are meant
    xform = _bytes(key)
    if not _ENTITY.search(xform):
        return ()
    try:
        return workshop.declared_entities(xform)
    except InputProblem:
        return ()
