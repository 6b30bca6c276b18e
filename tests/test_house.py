"""The house guards itself: its rooms, its habits, its two languages, its manual.

Each test here would fail if somebody broke a promise of `docs/adr/0001-the-house.md` in passing.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from opendtm.vocab import code_lists, concepts

ROOT = Path(__file__).resolve().parent.parent
WORKSHOP, HOUSE = ROOT / "src" / "opendtm", ROOT / "src" / "opendtm_server"
ROOMS = ("ui", "govern", "places", "collect", "verify", "matrix", "publish")
UNSPOKEN = {"utils", "helpers", "manager", "service", "data", "misc"}


def sources() -> list[Path]:
    """Every Python file of both packages that people wrote."""
    return [path for path in sorted((ROOT / "src").rglob("*.py")) if "migrations" not in path.parts]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def committed() -> list[Path]:
    """Every text file that git keeps."""
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    endings = {
        ".py",
        ".md",
        ".toml",
        ".yaml",
        ".yml",
        ".sh",
        ".js",
        ".mjs",
        ".json",
        ".html",
        ".css",
        ".typ",
        ".lock",
    }
    paths = [ROOT / name for name in names]
    return [
        path
        for path in paths
        if path.is_file() and (path.suffix in endings or path.name in {"Makefile", "run"})
    ]


def test_modules_stay_short_enough_to_read() -> None:
    long = [
        f"{path}: {count}"
        for path in sources()
        if (count := len(path.read_text().splitlines())) > 300
    ]
    assert long == []


def test_functions_stay_short_enough_to_read() -> None:
    lengths = {
        f"{path.relative_to(ROOT)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in sources()
        for node in functions(path)
    }
    assert {name: length for name, length in lengths.items() if length > 50} == {}
    ninetieth = sorted(lengths.values())[int(0.9 * len(lengths))]
    assert ninetieth <= 25


def test_modules_say_what_they_are_for() -> None:
    silent = [
        str(path)
        for path in sources()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [
        str(path) for path in sources() if path.stem in UNSPOKEN or path.parent.name in UNSPOKEN
    ] == []


def test_rooms_say_what_they_are_for() -> None:
    assert [room for room in ROOMS if not (HOUSE / room / "README.md").is_file()] == []


def action_files() -> list[Path]:
    """The files that hold actions, of every room."""
    files = []
    for room in ROOMS:
        files += [HOUSE / room / "actions.py", *sorted((HOUSE / room / "actions").glob("*.py"))]
    return [path for path in files if path.is_file()]


def public_actions() -> Iterator[tuple[Path, ast.FunctionDef]]:
    """Every public function of a room's actions that names its actor."""
    for path in action_files():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                arguments = {argument.arg for argument in node.args.kwonlyargs}
                if "by" in arguments:
                    yield path, node


def writes_audit(path: Path, node: ast.FunctionDef) -> bool:
    """Tell whether a function records an audit line, itself or through a function of its file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    local = {item.name: item for item in tree.body if isinstance(item, ast.FunctionDef)}
    waiting, seen = [node], set()
    while waiting:
        current = waiting.pop()
        for call in (item for item in ast.walk(current) if isinstance(item, ast.Call)):
            name = ast.unparse(call.func)
            if name in {"audit.record", "record"}:
                return True
            if name in local and name not in seen:
                seen.add(name)
                waiting.append(local[name])
    return False


def test_every_action_writes_an_audit_line() -> None:
    found = list(public_actions())
    assert len(found) >= 20
    silent = {
        f"{path.parent.name}.{node.name}" for path, node in found if not writes_audit(path, node)
    }
    through_others = {
        f"{path.parent.name}.{node.name}"
        for path, node in found
        if f"{path.parent.name}.{node.name}" in silent and calls_an_action(node)
    }
    assert silent - through_others == set()


def calls_an_action(node: ast.FunctionDef) -> bool:
    """Tell whether a function leaves the writing to another action, naming the same actor."""
    return any(
        isinstance(item, ast.Call) and any(word.arg == "by" for word in item.keywords)
        for item in ast.walk(node)
    )


def test_actions_name_their_actor_and_take_nothing_by_position_after_the_first() -> None:
    wrong = [
        f"{path.parent.name}.{node.name}"
        for path, node in public_actions()
        if len(node.args.args) > 1
    ]
    assert wrong == []


def test_migrations_of_each_room_are_one_chain() -> None:
    """Two that were written side by side must be put one after the other, or no house can be set up."""
    folders = sorted((ROOT / "src/opendtm_server").glob("*/migrations"))
    ends = {}
    for folder in folders:
        files = {path.stem: path.read_text() for path in folder.glob("[0-9]*.py")}
        before = re.compile(rf"""\(["']{folder.parent.name}["'], ["'](\w+)["']\)""")
        ends[folder.parent.name] = files.keys() - set(before.findall("".join(files.values())))
    assert {room for room, last in ends.items() if len(last) != 1} == set()
    assert len(folders) >= 6


def test_nothing_listens_to_signals() -> None:
    assert [str(path) for path in sources() if "django.db.models.signals" in path.read_text()] == []


def test_models_keep_their_own_save() -> None:
    assert [
        str(path)
        for path in sources()
        for node in functions(path)
        if node.name == "save" and path.stem == "models"
    ] == []


@pytest.mark.parametrize("kind", ["concepts", "codes"])
def test_every_word_of_the_catalogue_has_both_languages(kind: str) -> None:
    if kind == "concepts":
        labels = [(name, concept.label) for name, concept in concepts().items()]
    else:
        labels = [(f"{one.name}.{code.name}", code.label) for one in code_lists() for code in one]
    assert labels
    assert [name for name, label in labels if not label.en.strip() or not label.fr.strip()] == []


def test_every_sentence_has_its_french() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/messages.py", "check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_no_sentence_hides_in_an_f_string() -> None:
    hidden = [
        f"{path}:{call.lineno}"
        for path in sources()
        for string in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.args
        if call.func.id in {"_", "gettext", "ngettext", "mark"}
        if isinstance(call.args[0], ast.Constant)
    ]
    assert hidden == [], "what extracts the sentences does not look into f-strings"


def test_error_codes_are_given_once() -> None:
    codes = [error.code for error in all_errors()]
    assert len(codes) == len(set(codes))


def all_errors() -> list[type]:
    """Every error class, with all floors and rooms loaded."""
    from scripts.reference import known_errors

    return known_errors()


def test_the_manual_lists_commands_errors_concepts_and_indicators_as_they_are() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/reference.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_committed_files_name_no_package_host_and_no_machine() -> None:
    named = re.compile(
        r"https?://[^\s\"']*(?:registry|simple/|pypi\.|npmjs)|/(?:root|work|home)/(?!item\b)\w",
        re.IGNORECASE,
    )
    wrong = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in committed()
        if (match := named.search(path.read_text(encoding="utf-8", errors="replace")))
    ]
    assert wrong == []


def test_no_note_to_self_is_left_in_the_code() -> None:
    mark = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    assert [
        str(path)
        for path in committed()
        if path.suffix in {".py", ".js", ".css", ".typ", ".html"} and mark.search(path.read_text())
    ] == []
