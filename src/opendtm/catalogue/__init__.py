"""The catalogue is data, not code: concepts, code lists, indicators and forms, each in two languages.

Its authors are not programmers; the floors above read it through `read_yaml`.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent


@cache
def read_yaml(name: str) -> Any:
    """Read one YAML file of the catalogue, named relative to it. Treat the result as read-only."""
    return yaml.load((ROOT / name).read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader, in C where there is one


def names(folder: str, ending: str = ".yaml") -> list[str]:
    """List the files of one folder of the catalogue, sorted, as names for `read_yaml`."""
    return sorted(f"{folder}/{path.name}" for path in (ROOT / folder).glob(f"*{ending}"))


def concept_files() -> list[str]:
    """List the files of the data dictionary in the order that `concepts.yaml` states."""
    return [f"concepts/{theme}.yaml" for theme in read_yaml("concepts.yaml")["themes"]]


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def fingerprint() -> str:
    """Give the SHA-256 of every definition that figures depend on: concepts, codes, thresholds, rules, indicators."""
    return _digest(*_dictionary(), *names("indicators"))


@cache
def fingerprints() -> dict[str, str]:
    """Give the SHA-256 of each indicator file by its name without ending, and that of the `dictionary`.

    The dictionary is all that indicators share: concepts, code lists, thresholds, rules of confidence.
    """
    each = {Path(name).stem: _digest(name) for name in names("indicators")}
    return each | {"dictionary": _digest(*_dictionary())}


def _dictionary() -> list[str]:
    shared = (*names("codes"), *names("thresholds"), *names("rules"))
    return ["concepts.yaml", *concept_files(), *shared]


def _digest(*files: str) -> str:
    digest = hashlib.sha256()
    for name in files:
        content = (ROOT / name).read_bytes()
        digest.update(f"{name}:{len(content)}:".encode() + content)
    return digest.hexdigest()
