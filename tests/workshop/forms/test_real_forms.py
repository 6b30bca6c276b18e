"""Real XLSForms of the field: the check crashes on none of them, and every refusal is a sentence for a person.

All small files are checked, and every twelfth of the large ones; conversion is tried on a fixed sample, and its
outcome compared with what the converter is known to do with each file.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from opendtm.errors import InputProblem
from opendtm.errors.forms import FormNotConverted, FormUnreadable
from opendtm.forms import check, read_form
from opendtm.forms.conversion import convert_form
from opendtm.forms.lint import lint
from opendtm.forms.workbook import open_form
from opendtm.records import Finding

SMALL = 40_000
pytestmark = pytest.mark.shared


def workbooks(shared: Path) -> Iterator[Path]:
    """Give the files that are tried: all small ones, every twelfth large one."""
    large = 0
    for path in sorted((shared / "xlsforms").rglob("*")):
        if path.suffix in {".xls", ".xlsx", ".csv"} and path.name != "INDEX.csv":
            large += path.stat().st_size > SMALL
            if path.stat().st_size <= SMALL or large % 12 == 0:
                yield path


@pytest.mark.parametrize("part", range(4))
def test_no_real_form_crashes_the_check(shared: Path, part: int) -> None:
    paths = list(workbooks(shared))[part::4]
    outcomes = [_linted(path) for path in paths]

    refused = [outcome for outcome in outcomes if isinstance(outcome, InputProblem)]
    assert len(paths) > 35
    assert len(refused) <= 3
    for path, outcome in zip(paths, outcomes, strict=True):
        for finding in [] if isinstance(outcome, InputProblem) else outcome:
            assert finding.message.text("fr")
            assert finding.remedy.text("fr")
            assert finding.where.file == path.name
    assert all(problem.text("fr") and problem.where.file for problem in refused)


def _linted(path: Path) -> tuple[Finding, ...] | InputProblem:
    try:
        return lint(open_form(path))
    except InputProblem as problem:
        return problem


def test_conversion_of_a_sample_goes_as_the_converter_is_known_to(shared: Path) -> None:
    with (shared / "xlsforms" / "INDEX.csv").open(encoding="utf-8", newline="") as file:
        known = {row["file"]: row["pyxform"] in {"ok", "warn"} for row in csv.DictReader(file)}
    sample = [
        name for name in sorted(known) if (shared / "xlsforms" / name).stat().st_size <= SMALL
    ][::3]
    assert len(sample) > 55
    for name in sample:
        assert _converts(shared / "xlsforms" / name) is known[name], name


def _converts(path: Path) -> bool:
    try:
        form = convert_form(open_form(path))
    except (FormUnreadable, FormNotConverted) as problem:
        return not (problem.text("fr") and problem.remedy_text("fr"))
    return read_form(form.xml).form_id == form.form_id


@pytest.mark.parametrize(
    ("folder", "name", "code", "where"),
    [
        ("field/hotosm_osm-fieldwork", "*xlsforms__health.xls", "list_missing", "row 8"),
        ("field", "**/*MCH_v1.xls", "form_not_converted", "sheet survey"),
        ("fixture", "**/*duplicate_choice_form.xlsx", "choice_twice", "sheet choices, row 6"),
    ],
)
def test_known_fault_of_a_real_form_is_found_at_its_place(
    shared: Path, folder: str, name: str, code: str, where: str
) -> None:
    paths = list((shared / "xlsforms" / folder).glob(name)) or list(
        (shared / "xlsforms").rglob(name.rsplit("/", maxsplit=1)[-1])
    )

    found = [finding for finding in check(paths[0]) if finding.check == code]

    assert found
    assert where in found[0].where.text("en")
