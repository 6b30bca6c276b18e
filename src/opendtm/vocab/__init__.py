"""The words everything else is built from: concepts of the data dictionary and code lists."""

from opendtm.vocab.codes import Code, CodeList, code_list, code_lists
from opendtm.vocab.concepts import Concept, Kind, Sharing, concept, concepts, fold

__all__ = [
    "Code",
    "CodeList",
    "Concept",
    "Kind",
    "Sharing",
    "code_list",
    "code_lists",
    "concept",
    "concepts",
    "fold",
]
