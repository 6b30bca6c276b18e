"""Looks into a submission for a few answers only, for whoever must not take the time to read them all.

What it finds is what the whole reading finds, by construction: it is the same walk, which looks at fewer
elements. Whether all the rest can be read is for the whole reading to say.
"""

from collections.abc import Iterable

from lxml import etree

from opendtm.forms.definition import FormDefinition, QuestionType
from opendtm.forms.walk import Place, Walk
from opendtm.records import Answer


class Glance:
    """Where a form's answers to some concepts stand, and the questions that announce a file."""

    def __init__(self, form: FormDefinition, concepts: Iterable[str]) -> None:
        """Find the places, once for all submissions of a form."""
        self.form = form
        wanted = frozenset(concepts)
        below: dict[str, dict[str, None]] = {}
        for question in form.questions:
            if question.concept in wanted or question.type is QuestionType.BINARY:
                path = question.path
                while path:
                    parent, _, name = path.rpartition("/")
                    below.setdefault(parent, {})[name] = None
                    path = parent
        self.below = {parent: tuple(names) for parent, names in below.items()}


class Look(Walk):
    """A walk to the places of a glance, past everything else."""

    def __init__(self, glance: Glance, source: str | None) -> None:
        """Begin with a glance, and the instance ID of what is looked into."""
        super().__init__(glance.form, source)
        self._below = glance.below

    def answers(self, root: etree._Element) -> list[Answer]:
        """Give the answers that were looked for and are there."""
        self.inside(root, Place("", "", regular=True))
        return self.given

    def inside(self, parent: etree._Element, around: Place) -> None:
        """Go to the children of an element that lead to what is looked for."""
        for name in self._below.get(around.plain, ()):
            same = list(parent.iterchildren(f"{{*}}{name}"))
            for position, child in enumerate(same, 1):
                self.at(child, self.place(around, name, position, len(same)))
