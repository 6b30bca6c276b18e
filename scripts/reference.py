"""Writes the generated pages of the manual from the code and the catalogue; `--check` compares only.

Commands, error codes, checks, concepts, code lists, forms and indicators are never described by hand.
"""

import importlib
import os
import pkgutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import django
from django.utils.translation import gettext, override

import opendtm.errors
from opendtm.clean import checks
from opendtm.errors import OpenDTMError, every_error
from opendtm.forms import CatalogueForm, QuestionType, catalogue_forms, convert, read_form
from opendtm.forms.catalogue import SourceField
from opendtm.i18n import translate
from opendtm.measure import indicators
from opendtm.render.handbook import handbook_pages
from opendtm.vocab import code_lists, concepts
from opendtm_server.config import speech
from opendtm_server.config.obstacles import Obstacle
from opendtm_server.ui.problems import HouseProblem

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "reference"
HANDBOOK = ROOT / "docs" / "handbook"
SCHEMA = """# Indicators

Each is a file in `src/opendtm/catalogue/indicators/`; the [handbook](../handbook/en/index.md)
([en français](../handbook/fr/index.md)) explains them. A file has these keys:

| key | what it holds |
| --- | --- |
| `id` | the name, which is the name of the file |
| `component` | mobility_tracking, flow_monitoring, registration, surveys or response |
| `record` | what one row is: place, movement, household, interview, activity or item |
| `label`, `definition`, `source` | a text in `en` and one in `fr` |
| `unit` | one of the units of the last column below |
| `kind` | stock (what is there on a day) or flow (what happened in a period) |
| `value` | `{sum: concept}`, `{count: places}` or `{count: records}`, `{ratio: {numerator, denominator}}`, `{share: conditions}`, `{mean: concept}`, `{index: items, minimum}` |
| `where`, `among` | conditions inside a value: a concept with codes, `{sector: name}` or `{at_least, at_most}`; `_state`, `_any`, `_beyond` (a threshold) |
| `add` | how figures add up over `places` (sum, max, none) and over `time` (latest, sum, none) |
| `disaggregations` | concepts, or `by` with `parts` |
| `suppression` | `{below: number}` for parts too small to be shown in public, or empty |
| `thresholds` | names of `src/opendtm/catalogue/thresholds/` with which a figure is compared |
| `review` | reviews signed in a house; empty here |
| `examples` | small tables with the figures that must come out; they run as tests |

"""
STOCK = (
    "total", "change", "movements", "account", "origins", "moves", "verify", "persons", "area",
)  # fmt: skip
COMMANDS = (
    (),
    ("demo",),
    ("serve",),
    ("form", "check"),
    ("form", "convert"),
    ("form", "publish"),
    ("device", "add"),
    ("pull", "central"),
    ("pull", "kobo"),
    ("pull", "due"),
    ("matrix", "verify"),
    ("table", "inspect"),
    ("table", "read"),
    ("disclosure", "risk"),
    ("figures",),
    ("survey", "size"),
    ("survey", "draw"),
    *(("stock", name) for name in STOCK),
    ("flow", "rates"),
    ("flow", "daily"),
    ("survey", "analyse"),
    ("report", "site-needs"),
)


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Write a Markdown table."""
    names = list(head)
    lines = ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    return str(value if value is not None else "").replace("|", "\\|").replace("\n", " ")


def commands() -> str:
    """Every command with its help, as the terminal shows it."""
    text = "# Commands\n\nExit status: 0 done, 1 the input has problems, 2 wrong usage. "
    text += "`OPENDTM_LANG=fr` gives help and messages in French.\n"
    environment = os.environ | {
        "OPENDTM_LANG": "en",
        "COLUMNS": "100",
        "TERM": "dumb",
        "NO_COLOR": "1",
    }
    for words in COMMANDS:
        shown = subprocess.run(
            [sys.executable, "-m", "opendtm.cli.main", *words, "--help"],
            capture_output=True, text=True, check=True, env=environment,
        ).stdout  # fmt: skip
        lines = "\n".join(line.rstrip() for line in shown.strip().splitlines())
        text += f"\n## opendtm {' '.join(words)}\n\n```text\n{lines}\n```\n".replace("##  ", "## ")
    return text.replace("## opendtm \n", "## opendtm\n")


def errors() -> str:
    """Every error code with its sentence and remedy in both languages, of the workshop and of the house."""
    rows = [
        (
            error.code,
            error.sentence,
            in_french(error, error.sentence),
            error.remedy,
            in_french(error, error.remedy),
        )
        for error in known_errors()
    ]
    head = ("code", "what it says", "en français", "what to do", "que faire")
    return "# Error codes\n\nWords in braces are filled in when the error is shown.\n\n" + table(
        head, rows
    )


def known_errors() -> list[type[OpenDTMError]]:
    """Every error class that says something, by code, with all floors and rooms loaded."""
    for module in pkgutil.iter_modules(opendtm.errors.__path__):
        importlib.import_module(f"opendtm.errors.{module.name}")
    for room in sorted((ROOT / "src" / "opendtm_server").glob("*/")):
        for name in ("errors", "problems", "obstacles"):
            if (room / f"{name}.py").is_file() or (room / name).is_dir():
                importlib.import_module(f"opendtm_server.{room.name}.{name}")
    own = ("opendtm.", "opendtm_server.")
    return [error for error in every_error() if error.__module__.startswith(own) and error.sentence]


def in_french(error: type[OpenDTMError], sentence: str) -> str:
    """Give a sentence of an error in French, from the catalogue of the part it belongs to."""
    if issubclass(error, HouseProblem):
        with override("fr"):
            return gettext(sentence) if sentence else ""
    return (
        speech.translate(sentence, "fr")
        if issubclass(error, Obstacle)
        else translate(sentence, "fr")
    )


def check_list() -> str:
    """Every check of an answer."""
    rows = [
        (f"`{one.code}`", one.severity.value, one.sentence, translate(one.sentence, "fr"))
        for one in checks()
    ]
    return "# Checks\n\n" + table(("check", "severity", "what it says", "en français"), rows)


def dictionary() -> str:
    """Every concept of the data dictionary."""
    rows = [
        (
            f"`{one.name}`",
            one.label.en,
            one.label.fr,
            one.kind.value,
            one.unit,
            f"`{one.hxl}`" if one.hxl else "",
            one.sharing.value,
        )
        for one in concepts().values()
    ]
    head = ("concept", "English", "français", "kind", "unit", "HXL", "sharing")
    return "# Data dictionary\n\n" + table(head, rows)


def lists() -> str:
    """Every code list."""
    text = "# Code lists\n"
    for one in code_lists():
        text += f"\n## {one.label.en} / {one.label.fr}\n\n`{one.name}`\n\n"
        text += table(
            ("code", "English", "français"),
            [(f"`{code.name}`", code.label.en, code.label.fr) for code in one],
        )
    return text


def schema() -> str:
    """Every key of an indicator file, and every indicator with the page of the handbook that explains it."""
    rows = [
        (
            f"[`{one.id}`](../handbook/en/{one.component.value}.md#{one.id})",
            one.label.en,
            one.label.fr,
            one.component.value,
            one.record.value,
            one.unit,
        )
        for one in indicators()
    ]
    head = ("indicator", "English", "français", "component", "record", "unit")
    return SCHEMA + table(head, rows)


def form_list() -> str:
    """Every form of the catalogue: what for, for whom, how long, and where the field's questions are asked."""
    text = "# Forms\n\nEach is a file in `src/opendtm/catalogue/forms/`: an XLSForm written as Markdown tables. "
    text += "Publish one as it is, or copy and change it.\n\n"
    head = ("form", "English", "français", "component")
    rows = [
        (f"[`{one.form_id}`](#{one.form_id})", one.title.en, one.title.fr, one.component.value)
        for one in catalogue_forms()
    ]
    return text + table(head, rows) + "".join(_form(one) for one in catalogue_forms())


def _form(one: CatalogueForm) -> str:
    definition = read_form(convert(one.path).xml)
    asked = [
        question
        for question in definition.questions
        if question.labels and question.type is not QuestionType.NOTE
    ]
    measured = sum(1 for question in definition.questions if question.concept)
    text = f"\n## {one.title.en} {{#{one.form_id}}}\n\n*{one.title.fr}*\n\n"
    text += f"{one.purpose.en}\n\n{one.purpose.fr}\n\n"
    text += f"For: {one.audience.en} / {one.audience.fr}\n\n"
    text += f"{len(asked)} questions, {measured} concepts measured.\n"
    if one.fields:
        head = ("questionnaire", "field there", "question here", "remark", "remarque")
        text += "\n" + table(head, [_source_row(field) for field in one.fields])
    return text


def _source_row(field: SourceField) -> tuple[str, ...]:
    names = ", ".join(f"`{name}`" for name in field.questions)
    remark = (field.reason.en, field.reason.fr) if field.reason else ("", "")
    return (field.source, f"`{field.field}`", names, *remark)


WRITERS: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "errors.md": errors,
    "checks.md": check_list,
    "concepts.md": dictionary,
    "codes.md": lists,
    "indicators.md": schema,
    "forms.md": form_list,
}


def main(arguments: list[str]) -> int:
    """Write the pages, or say which are out of step."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["OPENDTM_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "opendtm_server.config.settings"
        django.setup()
        return write_pages(check="--check" in arguments)


def write_pages(*, check: bool) -> int:
    """Write every page, or with `check` name those that are out of step with the code."""
    stale = []
    for path, text in every_page():
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.name)
    if stale:
        print(f"out of step with the code: {', '.join(stale)}; run: make golden")
    return 1 if stale else 0


def every_page() -> Iterator[tuple[Path, str]]:
    """Give every generated page with its path: the reference, then the indicator handbook."""
    for name, write in WRITERS.items():
        yield PAGES / name, write()
    for name, text in handbook_pages().items():
        yield HANDBOOK / name, text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
