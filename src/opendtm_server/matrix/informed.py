"""How the people behind a figure were counted, place by place, and what each of several informants answered.

One method makes one line, so the page of a figure tells by which methods its places were counted. Informants stand
there by their answers and what these weigh, never by who they were.
"""

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opendtm.forms import informants_in
from opendtm.forms.informants import HIGHEST, LOWEST, agree, agreement, answers_to, weighted_median
from opendtm.i18n import number
from opendtm.measure import confidence, indicator
from opendtm.measure.grammar import Sum
from opendtm.measure.scope import Record
from opendtm.measure.segments import METHOD
from opendtm.vocab import code_list
from opendtm_server.collect import queries as collect
from opendtm_server.matrix import queries
from opendtm_server.matrix.models import Figure


def counts_people(figure: Figure) -> bool:
    """Tell whether a figure is a number of people at places, which somebody counted by some method."""
    rule = next(rule for rule in confidence.rules().parts if rule.name == METHOD)
    return indicator(figure.indicator).record is Record.PLACE and figure.unit in rule.units


def methods_behind(figure: Figure, lang: str) -> list[tuple[str, str]]:
    """Say at how many places people were counted by which method, the most used first; empty where nobody says."""
    used = queries.answers_behind(figure, (METHOD,)) if counts_people(figure) else None
    if used is None or METHOD not in used.column_names:
        return []
    told = Counter(used[METHOD].to_pylist())
    return [(method_words(code, lang), _places(places)) for code, places in told.most_common()]


def method_words(code: str | None, lang: str) -> str:
    """Name a method of a population figure."""
    listed = code_list("estimate_method")
    return (
        listed.get(code).label.text(lang)
        if code and code in listed
        else _("Nothing said of the method")
    )


def concept_of(figure: Figure) -> str | None:
    """Name the one concept that a figure adds up; None for any other figure."""
    value = indicator(figure.indicator).value
    return value.concepts[0] if isinstance(value, Sum) and len(value.concepts) == 1 else None


def said_of(source: queries.Source, concept: str, lang: str) -> str:
    """Write what several informants of one submission answered, what it weighs, and how far they agree; else nothing."""
    lowest, highest = (source.answers.get(f"{concept}{end}") for end in (LOWEST, HIGHEST))
    if lowest is None or highest is None:
        return ""
    told = answers_to(concept, informants_in(collect.answers_of(source.submission)))
    answers = _("; ").join(_answer(value, weight, lang) for value, weight in told)
    parts = [answers, _agreement_words(lowest, highest, lang)]
    if source.answers.get(concept) != weighted_median(told):
        parts.append(_("the number used is not their median: it was corrected, or given beside"))
    return " · ".join(parts)


def _answer(value: float, weight: float, lang: str) -> str:
    written = number(value, lang)
    if weight == 1:
        return written
    return _("%(answer)s (weight %(weight)s)") % {
        "answer": written,
        "weight": number(weight, lang, decimals=0 if weight.is_integer() else 1),
    }


def _agreement_words(lowest: float, highest: float, lang: str) -> str:
    if not lowest and highest:
        return _("one says nobody, another counts people: ask again")
    found = {"agreement": number(agreement(lowest, highest), lang, decimals=2)}
    if agree(lowest, highest):
        return _("highest over lowest %(agreement)s") % found
    return _("highest over lowest %(agreement)s: ask again") % found


def _places(count: int) -> str:
    return ngettext("%(n)s place", "%(n)s places", count) % {"n": count}
