"""Lists of entities: setting one up at the desk, or by publishing a form that declares it."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction

from opendtm.vocab import Sharing, concepts, fold
from opendtm_server.collect import rules
from opendtm_server.collect.entity_writing import add_properties, raise_revision
from opendtm_server.collect.errors import ListExists, ListNameUnusable, PersonalColumn
from opendtm_server.collect.listed import DERIVED
from opendtm_server.collect.models import EntityList, FormVersion
from opendtm_server.collect.queries.declared import declared_by
from opendtm_server.collect.queries.forms import definition_of
from opendtm_server.govern import audit

if TYPE_CHECKING:
    from opendtm.forms import EntityDeclaration
    from opendtm_server.govern.models import Operation

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,99}")
_PERSONAL_WORDS = frozenset(
    [
        "phone",
        "telephone",
        "tel",
        "mobile",
        "email",
        "courriel",
        "prenom",
        "firstname",
        "lastname",
        "surname",
        "birth",
        "birthdate",
        "naissance",
        "dob",
        "passport",
        "passeport",
        "cni",
        "nin",
        "biometric",
        "biometrie",
    ]
)
_NAME_WORDS = frozenset({"name", "nom"})
_PERSON_WORDS = frozenset(
    [
        "head",
        "chef",
        "person",
        "personne",
        "contact",
        "first",
        "last",
        "full",
        "family",
        "famille",
        "respondent",
        "beneficiary",
        "beneficiaire",
        "member",
        "membre",
    ]
)


@transaction.atomic
def create_list(*, operation: "Operation", name: str, personal: bool, by: User) -> EntityList:
    """Set up an empty list. PermissionDenied, ListNameUnusable, ListExists."""
    rules.check_manage(by, operation)
    check_name(name)
    if name in DERIVED:
        raise ListNameUnusable(name=name)
    if EntityList.objects.filter(operation=operation, name=name).exists():
        raise ListExists(name=name)
    made = EntityList.objects.create(operation=operation, name=name, personal=personal)
    _record(made, by.get_username(), {"personal": personal})
    return made


@transaction.atomic
def declare_lists(*, version: FormVersion, by: User) -> None:
    """Set up the lists and properties that a form version declares.

    Raises ListNameUnusable, or PersonalColumn where a personal answer would go into a list that may hold none.
    """
    operation = version.form.operation
    rules.check_manage(by, operation)
    for declaration in declared_by(version):
        if declaration.dataset in DERIVED:
            continue
        check_name(declaration.dataset)
        made, new = EntityList.objects.get_or_create(operation=operation, name=declaration.dataset)
        _check_saved(made, version, declaration)
        add_properties(made, declaration.saved.values())
        raise_revision(made)
        if new:
            _record(made, by.get_username(), {"form": version.form.form_id, "personal": False})


def check_name(name: str) -> None:
    """Raise where forms could not use a name for a list or a property."""
    if not _NAME.fullmatch(name) or name in {"name", "label"}:
        raise ListNameUnusable(name=name)


def check_columns(entity_list: EntityList, names: Iterable[str]) -> None:
    """Raise where a list that may hold no personal data would get a personal column."""
    for name in names:
        check_name(name)
        if not entity_list.personal and is_personal(name):
            raise PersonalColumn(column=name, name=entity_list.name)


def is_personal(name: str) -> bool:
    """Tell whether a column's name speaks of a person: by the data dictionary, or by its words."""
    folded = fold(name)
    words = set(folded.split())
    if words & _PERSONAL_WORDS or (words & _NAME_WORDS and words & _PERSON_WORDS):
        return True
    return any(
        concept.sharing is Sharing.PERSONAL
        and folded in {fold(concept.name), *(fold(one) for one in concept.synonyms)}
        for concept in concepts().values()
    )


def _check_saved(
    entity_list: EntityList, version: FormVersion, declaration: "EntityDeclaration"
) -> None:
    check_columns(entity_list, declaration.saved.values())
    if entity_list.personal:
        return
    questions = definition_of(version).by_path
    closed = {Sharing.PERSONAL, Sharing.SENSITIVE, Sharing.RESTRICTED}
    for path, name in declaration.saved.items():
        if path in questions and questions[path].sharing in closed:
            raise PersonalColumn(column=name, name=entity_list.name)


def _record(entity_list: EntityList, by: str, details: dict[str, object]) -> None:
    audit.record(
        by,
        "create_entity_list",
        operation=entity_list.operation.code,
        subject=entity_list.name,
        details=details,
    )
