"""The forms of this room: what lists are narrowed by, the review of a definition, and how a sample was drawn."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from opendtm import measure
from opendtm.i18n import translate
from opendtm.measure.telling import COMPONENTS
from opendtm.vocab import concept
from opendtm_server.matrix.models import Run
from opendtm_server.matrix.reviews import STATES, State
from opendtm_server.matrix.sample import (
    ASKED,
    DRAWN,
    LEAST,
    LONELY,
    POPULATION,
    SIZES,
    Sample,
    offered_codes,
    offered_numbers,
)
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
        """Offer the rounds that have figures; `runs` come newest round first, its newest revision first."""
        super().__init__(*args, **kwargs)
        self._runs: dict[int, Run] = {}
        for run in runs:
            self._runs.setdefault(run.round_id, run)
        rounds = ((str(key), _name_of(run)) for key, run in self._runs.items())
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
        newest = next(iter(self._runs.values()))
        return self._runs.get(int(asked), newest) if asked.isdigit() else newest

    def narrowed(self) -> dict[str, Any]:
        """Give the filters as `queries.figures_for` takes them; nothing where the address is absurd."""
        if not self.is_bound:
            return {}
        self.is_valid()
        names = ("indicator", "level", "search", "totals_only")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}


class IndicatorFilters(forms.Form):
    """Component, where the review stands, and words in the label, the definition or the code."""

    component = forms.ChoiceField(label=_("Component"), required=False)
    review = forms.ChoiceField(
        label=_("Review of the definition"),
        choices=[("", _("All")), *STATES.items()],
        required=False,
    )
    search = forms.CharField(
        label=_("Words"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the components in the reader's language."""
        super().__init__(*args, **kwargs)
        lang = language()
        names = [(one.value, translate(words, lang)) for one, words in COMPONENTS.items()]
        _offer(self.fields["component"], [("", _("All components")), *names])

    def admits(self, one: measure.Indicator, state: State) -> bool:
        """Tell whether an indicator is asked for; what is absurd in the address narrows nothing."""
        if not self.is_bound:
            return True
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("component") and asked["component"] != one.component.value:
            return False
        if asked.get("review") and asked["review"] != state:
            return False
        lang = language()
        text = f"{one.label.text(lang)} {one.definition.text(lang)} {one.id}".casefold()
        return all(word in text for word in asked.get("search", "").casefold().split())


class ReviewForm(forms.Form):
    """The review of a definition: what was read, and a note for colleagues."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=400,
        help_text=_("What you checked, or what holds here only. Name nobody."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    definition = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, definition: str, **kwargs: Any) -> None:
        """Take the definition's SHA-256 that the reader sees."""
        super().__init__(*args, **kwargs)
        self.initial = {"definition": definition}
        self._definition = definition

    def clean_definition(self) -> str:
        """Refuse what was read before the definition changed."""
        if self.cleaned_data["definition"] != self._definition:
            raise forms.ValidationError(
                _(
                    "The definition has changed since this page was opened. Read it again, then sign."
                )
            )
        return self._definition


class SampleForm(forms.Form):
    """How the interviews of a round were chosen, in questions of the form."""

    kind = forms.ChoiceField(
        label=_("How were the interviews chosen?"),
        widget=forms.RadioSelect,
        choices=(
            (DRAWN, _("By chance: everybody had a known chance to be drawn")),
            (ASKED, _("Otherwise: by hand, by quota, or whoever came")),
        ),
        help_text=_(
            "Only a sample drawn by chance speaks for others, and only its error is known. Otherwise figures are "
            "shares of those asked: they get no interval, and say so. What follows is then not used."
        ),
    )
    strata = forms.ChoiceField(
        label=_("Strata"),
        required=False,
        help_text=_("Parts of the list that were drawn each by itself, such as provinces."),
    )
    cluster = forms.ChoiceField(
        label=_("Clusters, first stage"),
        required=False,
        help_text=_(
            "Drawn first, with several interviews in each, such as sites. Leave it empty where households were drawn "
            "directly. A level of places whose places are clusters gets no figures of its own: one cluster alone "
            "shows no error."
        ),
    )
    second_cluster = forms.ChoiceField(
        label=_("Clusters, second stage"),
        required=False,
        help_text=_("Drawn inside the first ones, such as blocks of a site."),
    )
    nested = forms.BooleanField(label=_("Cluster codes start anew in each stratum"), required=False)
    weights = forms.ChoiceField(
        label=_("Weights"),
        required=False,
        help_text=_(
            "What an interview stands for: 1 over its chance to be drawn. Leave it empty where every household had the "
            "same chance, as with clusters drawn by size and the same number of interviews in each."
        ),
    )
    finite = forms.ChoiceField(
        label=_("Size of the population, first stage"),
        required=False,
        help_text=_(
            "Only where a large part was drawn: how many clusters (without clusters, households) the stratum has. "
            "Left empty, the error is rather overstated."
        ),
    )
    second_finite = forms.ChoiceField(
        label=_("Size of the population, second stage"),
        required=False,
        help_text=_("How many units the cluster has."),
    )
    finite_holds = forms.ChoiceField(
        label=_("These columns hold"), choices=tuple(SIZES.items()), required=False
    )
    lonely = forms.ChoiceField(
        label=_("A stratum in which a single cluster was drawn"),
        choices=tuple(LONELY.items()),
        required=False,
        help_text=_("Nothing shows its error. The rule is written beside every figure."),
    )
    least = forms.IntegerField(
        label=_("Withhold what stands on fewer interviews than"),
        min_value=LEAST,
        max_value=1000,
        help_text=_("So that no household can be told from a figure."),
    )

    def __init__(
        self, sent: QueryDict | None = None, *, asked: Collection[str], sample: Sample
    ) -> None:
        """Offer what the round's form asks, beginning with the design that is there or usual."""
        super().__init__(sent, initial=_initial(sample))
        lang = language()
        codes, numbers = offered_codes(asked), offered_numbers(asked)
        for name in ("strata", "cluster", "second_cluster"):
            _offer(self.fields[name], _questions(codes, lang))
        for name in ("weights", "finite", "second_finite"):
            _offer(self.fields[name], _questions(numbers, lang))

    def sample(self) -> Sample:
        """Give the design as it was filled in."""
        said = self.cleaned_data
        if said["kind"] == ASKED:
            return Sample(ASKED, least=said["least"])
        return Sample(
            DRAWN,
            strata=said["strata"],
            clusters=_stages(said["cluster"], said["second_cluster"]),
            weights=said["weights"],
            finite=_stages(said["finite"], said["second_finite"]),
            finite_holds=said["finite_holds"] or POPULATION,
            lonely=said["lonely"] or Sample.lonely,
            nested=said["nested"],
            least=said["least"],
        )

    def clean(self) -> dict[str, Any]:
        """Refuse a second stage without a first."""
        said = super().clean() or {}
        for first, second in (("cluster", "second_cluster"), ("finite", "second_finite")):
            if said.get(second) and not said.get(first):
                self.add_error(second, _("Name the first stage as well."))
        return said


def _stages(*names: str) -> tuple[str, ...]:
    return tuple(name for name in names if name)


def _initial(sample: Sample) -> dict[str, Any]:
    first, second = (*sample.clusters, "", "")[:2]
    finite, second_finite = (*sample.finite, "", "")[:2]
    return {
        "kind": sample.kind,
        "strata": sample.strata,
        "cluster": first,
        "second_cluster": second,
        "nested": sample.nested,
        "weights": sample.weights,
        "finite": finite,
        "second_finite": second_finite,
        "finite_holds": sample.finite_holds,
        "lonely": sample.lonely,
        "least": sample.least,
    }


def _questions(names: Sequence[str], lang: str) -> list[tuple[str, Any]]:
    return [("", _("none")), *((name, concept(name).label.text(lang)) for name in names)]


def _name_of(run: Run) -> str:
    """Name a round by its number and form, as numbers start anew with each form."""
    return f"{run.round.number} · {run.round.form.title}"


def _offer(field: forms.Field, choices: Sequence[tuple[str, Any]]) -> None:
    if isinstance(field, forms.ChoiceField):
        field.choices = choices
