"""Code lists: the closed sets of answers, each code with a label in English and French.

They come from `catalogue/codes/*.yaml`. A code is stable for ever; a label may improve.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from opendtm import catalogue
from opendtm.i18n import Label


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a list: its name, its label, other spellings, and facts that belong to it."""

    name: str
    label: Label
    synonyms: tuple[str, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CodeList:
    """A closed set of codes in the order in which people expect to read them."""

    name: str
    label: Label
    codes: tuple[Code, ...]

    def __iter__(self) -> Iterator[Code]:
        """Go through the codes in their order."""
        return iter(self.codes)

    def __contains__(self, name: object) -> bool:
        """Tell whether a code of that name is in the list."""
        return any(code.name == name for code in self.codes)

    def names(self) -> tuple[str, ...]:
        """List the codes' names in their order."""
        return tuple(code.name for code in self.codes)

    def get(self, name: str) -> Code:
        """Give the code of that name; KeyError where the list has none."""
        for code in self.codes:
            if code.name == name:
                return code
        raise KeyError(f"{self.name} has no code {name!r}")


@cache
def code_list(name: str) -> CodeList:
    """Read one code list by name; KeyError where there is none."""
    file = f"codes/{name}.yaml"
    if file not in catalogue.names("codes"):
        raise KeyError(f"no code list {name!r}")
    raw = catalogue.read_yaml(file)
    return CodeList(name, Label(**raw["label"]), tuple(_code(row) for row in raw["codes"]))


def code_lists() -> tuple[CodeList, ...]:
    """Read every code list, by name."""
    return tuple(
        code_list(file.removeprefix("codes/").removesuffix(".yaml"))
        for file in catalogue.names("codes")
    )


def _code(row: Mapping[str, object]) -> Code:
    known = {"name", "en", "fr", "synonyms"}
    synonyms = row.get("synonyms", ())
    return Code(
        name=str(row["name"]),
        label=Label(str(row["en"]), str(row["fr"])),
        synonyms=tuple(str(word) for word in synonyms) if isinstance(synonyms, list) else (),
        facts={key: value for key, value in row.items() if key not in known},
    )
