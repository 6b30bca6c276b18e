"""What the questions of somebody else's form measure, said beside the form and not in it.

A form of our own carries the concept in its column `opendtm::concept`. For any other, a few lines say it:
the question's path or name, a colon, the concept, and where its choices have other codes, each with ours
(`/visit/water: need_wash 1=critical 2=serious`).
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from opendtm.errors.forms import ConceptLineUnfit
from opendtm.forms.definition import FormDefinition, Question
from opendtm.forms.lint.rows import prepare
from opendtm.forms.mending.edits import HEADINGS, Edit
from opendtm.forms.names import column_of
from opendtm.forms.workbook import XlsForm
from opendtm.vocab import code_list, concepts

_NEW_COLUMNS = {"concept": "opendtm::concept", "hxl": "hxl"}
_LINE = re.compile(
    r"\s*(?P<question>[^:#\s][^:]*?)\s*:\s*(?P<concept>[^\s=]+)"
    r"(?P<codes>(?:\s+[^\s=#]+=[^\s=#]+)*)\s*(?:#.*)?"
)


def with_concepts(form: FormDefinition, said: Mapping[str, str]) -> FormDefinition:
    """Give the form with a concept at each question that `said` (path to concept) names and that has none.

    Codes that stand behind the concept, as `concept_lines` gives them, hold where the form says the same concept
    by itself too.
    """
    if not said:
        return form
    questions = tuple(
        _meaning(one, said[one.path]) if one.path in said else one for one in form.questions
    )
    return replace(form, questions=questions)


def _meaning(question: Question, said: str) -> Question:
    named, *pairs = said.split() or [""]
    if question.concept not in {None, named}:
        return question
    return replace(question, concept=named, codes=dict(pair.split("=") for pair in pairs))


def concept_lines(text: str, form: FormDefinition) -> dict[str, str]:
    """Read lines like `/visit/site: site_id` or `site: site_id` into path to concept, codes behind it.

    Empty lines and those that begin with # are skipped. Raises ConceptLineUnfit where a line is none, where
    the form has no such question or several of that name, where there is no such concept, or where a code is
    none of its list.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        read = _LINE.fullmatch(line)
        question = _question(form, read["question"].strip("\"'")) if read else None
        if read is None or question is None or not _is_known(read["concept"], read["codes"]):
            raise ConceptLineUnfit(line=line.strip()[:100], number=number)
        found[question.path] = " ".join([read["concept"], *read["codes"].split()])
    return found


def _is_known(named: str, codes: str) -> bool:
    ours = {pair.partition("=")[2] for pair in codes.split()}
    if named not in concepts():
        return False
    listed = concepts()[named].codes
    return not ours or (listed is not None and ours <= set(code_list(listed).names()))


def concept_edits(book: XlsForm, said: Mapping[str, str]) -> tuple[Edit, ...]:
    """Give the edits that write concepts and their hashtags into the sheet `survey`.

    `said` is path to concept; an empty concept takes away what stood there. Rows that keep theirs are not touched.
    """
    headings = {
        kind: heading for heading in book.headings.get("survey", ()) if (kind := column_of(heading))
    }
    columns = {kind: headings.get(kind, new) for kind, new in _NEW_COLUMNS.items()}
    edits: list[Edit] = []
    for item in prepare(book).items:
        path = "/" + "/".join([*item.group, item.name])
        if item.kind != "end" and path in said and said[path] != item.meaning.get("concept", ""):
            named = said[path]
            wanted = {"concept": named, "hxl": concepts()[named].hxl if named else ""}
            for kind, value in wanted.items():
                before = item.row.get(columns[kind], "")
                edits.append(Edit("survey", item.number, columns[kind], before, value))
    new = [column for kind, column in columns.items() if kind not in headings]
    return tuple(
        [*edits, *(Edit("survey", HEADINGS, one, "", one) for one in new)] if edits else ()
    )


def _question(form: FormDefinition, name: str) -> Question | None:
    if name in form.by_path:
        return form.by_path[name]
    named = [question for question in form.questions if name in {question.name, question.path[1:]}]
    return named[0] if len(named) == 1 else None
