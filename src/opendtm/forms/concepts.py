"""What the questions of somebody else's form measure, said beside the form and not in it.

A form of our own carries the concept in its column `opendtm::concept`. For any other, a few lines say it:
the question's path or name, a colon, the concept.
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
from opendtm.vocab import concepts

_NEW_COLUMNS = {"concept": "opendtm::concept", "hxl": "hxl"}
_LINE = re.compile(r"\s*(?P<question>[^:#\s][^:]*?)\s*:\s*(?P<concept>\S+)\s*(?:#.*)?")


def with_concepts(form: FormDefinition, said: Mapping[str, str]) -> FormDefinition:
    """Give the form with a concept at each question that `said` (path to concept) names and that has none."""
    if not said:
        return form
    questions = tuple(
        replace(one, concept=said[one.path]) if one.concept is None and one.path in said else one
        for one in form.questions
    )
    return replace(form, questions=questions)


def concept_lines(text: str, form: FormDefinition) -> dict[str, str]:
    """Read lines like `/visit/site: site_id` or `site: site_id` into path to concept.

    Empty lines and those that begin with # are skipped. Raises ConceptLineUnfit where a line is none, where
    the form has no such question or several of that name, or where there is no such concept.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        read = _LINE.fullmatch(line)
        question = _question(form, read["question"].strip("\"'")) if read else None
        if read is None or question is None or read["concept"] not in concepts():
            raise ConceptLineUnfit(line=line.strip()[:100], number=number)
        found[question.path] = read["concept"]
    return found


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
