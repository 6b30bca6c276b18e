"""The change of a figure since the round before, taken apart from the partitions of the two runs."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opendtm import measure, records
from opendtm.i18n import signed
from opendtm.measure import Part, values_of
from opendtm.measure.exchange import by_pairs
from opendtm.measure.grammar import Sum
from opendtm.measure.scope import Measured
from opendtm_server.matrix import queries
from opendtm_server.matrix.models import Figure, Run

AREAS = ("adm1", "adm2", "adm3")


@dataclass(frozen=True)
class Asked:
    """The concept that a figure adds up, and the class of places that it stands for."""

    concept: str
    part: Part | None


@dataclass(frozen=True)
class SinceBefore:
    """A change since the run `before`, and whether most people were then counted by another method."""

    before: Run
    change: records.Change
    other_method: bool


def change_of(figure: Figure) -> SinceBefore | None:
    """Take the change of a stock figure apart; None where it adds nothing up, or there is no run before.

    Sites are those known to the later run. What the earlier run published is read from its own partition, so
    that corrections made since are told apart from movement.
    """
    asked = _asked(figure)
    earlier = queries.run_before(figure.run) if asked else None
    if asked is None or earlier is None:
        return None
    basis, then = queries.basis_for(figure.run), queries.basis_for(earlier)
    if then.at not in basis.rounds:
        return None
    now = basis.panel()
    before = replace(basis, at=then.at, inaccessible=then.inaccessible).panel()
    if not (before.has(asked.concept) or now.has(asked.concept)):
        return None
    found = measure.change(
        before,
        now,
        concept=asked.concept,
        before_as_published=values_of(then.panel(), concept=asked.concept, part=asked.part),
        part=asked.part,
    )
    bases = [measure.basis(panel, asked.concept) for panel in (before, now)]
    return SinceBefore(earlier, found, any(measure.breaks(bases)))


def change_facts(change: records.Change, lang: str) -> list[tuple[str, str]]:
    """Write the parts of a change that are not zero, with the places behind them, and the sum."""
    parts = (
        (_("Places seen both times"), change.matched, change.n_matched),
        (_("Newly covered"), change.newly_covered, change.n_new),
        (_("Closed"), change.closed, change.n_closed),
        (_("Access lost, or not covered any more"), change.lost_access, change.n_lost),
        (_("Reclassified"), change.reclassified, change.n_reclassified),
        (_("Corrections of the earlier round"), change.corrected, 0),
    )
    facts = [(words, _moved(value, places, lang)) for words, value, places in parts if value]
    whole = signed(change.total, lang) if change.total is not None else _("not known")
    return [*facts, (_("In all"), whole)]


def _moved(value: float, places: int, lang: str) -> str:
    if not places:
        return signed(value, lang)
    counted = ngettext("%(n)s place", "%(n)s places", places) % {"n": places}
    return f"{signed(value, lang)} ({counted})"


def _asked(figure: Figure) -> Asked | None:
    """Say what a figure adds up, where it is one concept over whole places; None otherwise."""
    indicator = measure.indicator(figure.indicator)
    value, pairs = indicator.value, by_pairs(figure.by)
    plain = isinstance(value, Sum) and len(value.concepts) == 1 and not value.where
    if not plain or indicator.kind is not Measured.STOCK or figure.place_level == "site":
        return None
    concept = indicator.concepts[0]
    if not pairs:
        return _of_area(concept, figure)
    (column, code), *more = pairs
    if more or figure.place_level != "none" or column != "site_type" or code == "unknown":
        return None
    return Asked(concept, Part(column, code))


def _of_area(concept: str, figure: Figure) -> Asked | None:
    if figure.place_level == "none":
        return Asked(concept, None)
    if figure.place_level not in AREAS or not figure.place_code:
        return None
    return Asked(concept, Part(f"{figure.place_level}_code", figure.place_code))
