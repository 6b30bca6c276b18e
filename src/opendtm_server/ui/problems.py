"""The errors of the house: like the workshop's, but in the words of the rooms' own catalogues."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.forms import Form
from django.utils.translation import gettext, override

from opendtm.errors import InputProblem, OpenDTMError
from opendtm.i18n import write
from opendtm_server.ui.templatetags.words import language


class HouseProblem(InputProblem):
    """Something that a person asked the house to do and that cannot be done as it is (HTTP 422).

    Subclasses set `code` (OD7xx or OD8xx), and `sentence` and `remedy` marked with `gettext_noop`; named
    places in them, `{like_this}`, are filled from the keyword arguments.
    """

    code = "OD800"

    def text(self, lang: str) -> str:
        """Say what is wrong, in `lang`."""
        return self._say(self.sentence, lang)

    def remedy_text(self, lang: str) -> str:
        """Say what to do next, in `lang`."""
        return self._say(self.remedy, lang)

    def _say(self, sentence: str, lang: str) -> str:
        if not sentence:
            return ""
        with override(lang):
            words = {name: write(value, lang) for name, value in self.details.items()}
            return gettext(sentence).format_map(words)


@contextmanager
def explain(form: Form, *problems: type[OpenDTMError]) -> Iterator[None]:
    """Show a problem of the given kinds on the form that caused it, instead of on a page of its own."""
    try:
        yield
    except problems as problem:
        lang = language()
        form.add_error(None, f"{problem.text(lang)} {problem.remedy_text(lang)}".strip())
