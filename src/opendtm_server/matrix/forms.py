"""What the list of figures can be narrowed by; the choices stand in the address."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opendtm import measure
from opendtm_server.matrix.models import Run
from opendtm_server.ui.templatetags.words import language

LEVELS = (
    ("", _("All levels")),
    ("none", _("Whole operation")),
    ("adm1", _("First administrative level")),
    ("adm2", _("Second administrative level")),
    ("site", _("Site")),
)


class FigureFilters(forms.Form):
    """Round, indicator, level of place, words in the place's name, and totals alone."""

    round = forms.ChoiceField(label=_("Round"), required=False)
    indicator = forms.ChoiceField(label=_("Indicator"), required=False)
    level = forms.ChoiceField(label=_("Level"), choices=LEVELS, required=False)
    search = forms.CharField(
        label=_("Place"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    totals_only = forms.BooleanField(label=_("Totals only"), required=False)

    def __init__(self, *args: Any, runs: Sequence[Run], **kwargs: Any) -> None:
        """Offer the rounds that have figures, newest first."""
        super().__init__(*args, **kwargs)
        self._runs = {run.round.number: run for run in reversed(runs)}
        numbers = sorted(self._runs, reverse=True)
        rounds = ((str(number), str(number)) for number in numbers)
        _offer(self.fields["round"], [("", _("Newest")), *rounds])
        lang = language()
        labels = sorted((each.label.text(lang), each.id) for each in measure.indicators())
        _offer(
            self.fields["indicator"],
            [("", _("All indicators")), *((name, label) for label, name in labels)],
        )

    def run(self) -> Run | None:
        """Give the run that was asked for; the newest round's where none or an unknown one was."""
        if not self._runs:
            return None
        asked = self.data.get("round", "") if self.is_bound else ""
        newest = self._runs[max(self._runs)]
        return self._runs.get(int(asked), newest) if asked.isdigit() else newest

    def narrowed(self) -> dict[str, Any]:
        """Give the filters as `queries.figures_for` takes them; nothing where the address is absurd."""
        if not self.is_bound:
            return {}
        self.is_valid()
        names = ("indicator", "level", "search", "totals_only")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}


def _offer(field: forms.Field, choices: Sequence[tuple[str, Any]]) -> None:
    if isinstance(field, forms.ChoiceField):
        field.choices = choices
