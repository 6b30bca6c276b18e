"""Forms: XLSForm to XForm, the check of a form before it goes to the field, submissions to typed answers.

Names are loaded when they are first used, because the converter behind two of them is slow to start.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opendtm.forms.audit import AUDIT_LIMIT, AuditEvent, AuditTrail, read_audit
    from opendtm.forms.catalogue import CatalogueForm, Component, catalogue_form, catalogue_forms
    from opendtm.forms.comparing import Change, ChangeKind, compare
    from opendtm.forms.concepts import concept_edits, concept_lines, with_concepts
    from opendtm.forms.conversion import ConvertedForm, convert, convert_form
    from opendtm.forms.decryption import (
        DecryptedSubmission,
        Integrity,
        Manifest,
        decrypt,
        read_manifest,
        read_private_key,
    )
    from opendtm.forms.definition import Choice, FormDefinition, Question, QuestionType
    from opendtm.forms.entities import (
        EntityDeclaration,
        EntityOrder,
        declared_entities,
        read_entities,
    )
    from opendtm.forms.glance import Glance
    from opendtm.forms.lint import check, check_form
    from opendtm.forms.mending import (
        Edit,
        Mend,
        edited,
        mend_all,
        mends,
        setting_of,
        with_identity,
        with_setting,
    )
    from opendtm.forms.observation import (
        informants_in,
        observation_findings,
        observations_table,
        to_observation,
    )
    from opendtm.forms.outline import Outline, Part, read_outline
    from opendtm.forms.question_words import type_words
    from opendtm.forms.repeats import RepeatRow, repeat_rows, repeat_tables
    from opendtm.forms.submission import (
        OpenedSubmission,
        SubmissionReading,
        open_submission,
        read_submission,
    )
    from opendtm.forms.suggesting import Suggestion, suggest
    from opendtm.forms.tabular import table_form
    from opendtm.forms.workbook import XlsForm, open_content
    from opendtm.forms.workbook_writing import workbook_bytes
    from opendtm.forms.writing import write_submission
    from opendtm.forms.xform import read_form

__all__ = [
    "AUDIT_LIMIT",
    "AuditEvent",
    "AuditTrail",
    "CatalogueForm",
    "Change",
    "ChangeKind",
    "Choice",
    "Component",
    "ConvertedForm",
    "DecryptedSubmission",
    "Edit",
    "EntityDeclaration",
    "EntityOrder",
    "FormDefinition",
    "Glance",
    "Integrity",
    "Manifest",
    "Mend",
    "OpenedSubmission",
    "Outline",
    "Part",
    "Question",
    "QuestionType",
    "RepeatRow",
    "SubmissionReading",
    "Suggestion",
    "XlsForm",
    "catalogue_form",
    "catalogue_forms",
    "check",
    "check_form",
    "compare",
    "concept_edits",
    "concept_lines",
    "convert",
    "convert_form",
    "declared_entities",
    "decrypt",
    "edited",
    "informants_in",
    "mend_all",
    "mends",
    "observation_findings",
    "observations_table",
    "open_content",
    "open_submission",
    "read_audit",
    "read_entities",
    "read_form",
    "read_manifest",
    "read_outline",
    "read_private_key",
    "read_submission",
    "repeat_rows",
    "repeat_tables",
    "setting_of",
    "suggest",
    "table_form",
    "to_observation",
    "type_words",
    "with_concepts",
    "with_identity",
    "with_setting",
    "workbook_bytes",
    "write_submission",
]

_HOMES = {
    "AUDIT_LIMIT": "audit",
    "AuditEvent": "audit",
    "AuditTrail": "audit",
    "CatalogueForm": "catalogue",
    "Change": "comparing",
    "ChangeKind": "comparing",
    "Choice": "definition",
    "Component": "catalogue",
    "ConvertedForm": "conversion",
    "DecryptedSubmission": "decryption",
    "Edit": "mending",
    "EntityDeclaration": "entities",
    "EntityOrder": "entities",
    "FormDefinition": "definition",
    "Glance": "glance",
    "Integrity": "decryption",
    "Manifest": "decryption",
    "Mend": "mending",
    "OpenedSubmission": "submission",
    "Outline": "outline",
    "Part": "outline",
    "Question": "definition",
    "QuestionType": "definition",
    "RepeatRow": "repeats",
    "SubmissionReading": "submission",
    "Suggestion": "suggesting",
    "XlsForm": "workbook",
    "catalogue_form": "catalogue",
    "catalogue_forms": "catalogue",
    "check": "lint",
    "check_form": "lint",
    "compare": "comparing",
    "concept_edits": "concepts",
    "concept_lines": "concepts",
    "convert": "conversion",
    "convert_form": "conversion",
    "declared_entities": "entities",
    "decrypt": "decryption",
    "edited": "mending",
    "informants_in": "observation",
    "mend_all": "mending",
    "mends": "mending",
    "observation_findings": "observation",
    "observations_table": "observation",
    "open_content": "workbook",
    "open_submission": "submission",
    "read_audit": "audit",
    "read_entities": "entities",
    "read_form": "xform",
    "read_manifest": "decryption",
    "read_outline": "outline",
    "read_private_key": "decryption",
    "read_submission": "submission",
    "repeat_rows": "repeats",
    "repeat_tables": "repeats",
    "setting_of": "mending",
    "suggest": "suggesting",
    "table_form": "tabular",
    "to_observation": "observation",
    "type_words": "question_words",
    "with_concepts": "concepts",
    "with_identity": "mending",
    "with_setting": "mending",
    "workbook_bytes": "workbook_writing",
    "write_submission": "writing",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"opendtm.forms.{_HOMES[name]}"), name)
