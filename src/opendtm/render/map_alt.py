"""A map in words, for whoever cannot see it: how many, the largest, and what needs attention."""

from opendtm.i18n import Message, number
from opendtm.records import Method
from opendtm.render.map_ground import is_placed
from opendtm.render.map_marks import value_of
from opendtm.report.caveats import displaced_by_up_to
from opendtm.report.model import MapModel, SiteRow
from opendtm.report.positions import PositionKind
from opendtm.vocab import code_list, concept

_NAMED = 3
_CRITICAL = 3


def map_alt(
    map_model: MapModel, lang: str, *, subject: str = "idp_individuals", sector: str | None = None
) -> str:
    """Say what a map shows: sites drawn, the largest with their figures, needs, and what is not drawn."""
    placed = [row for row in map_model.sites if is_placed(row)]
    sentences = [
        Message(
            "Map: {count} sites by {subject}.",
            {"count": len(placed), "subject": concept(subject).label},
        ),
        *_largest(placed, subject, lang),
        *_counts(placed, subject, sector),
    ]
    sentences += _where(placed)
    if map_model.unplaced:
        sentences.append(
            Message("Sites without a position, not shown: {count}.", {"count": map_model.unplaced})
        )
    return " ".join(sentence.text(lang) for sentence in sentences)


def _where(placed: list[SiteRow]) -> list[Message]:
    moved = [row.moved_up_to for row in placed if row.moved_up_to is not None]
    alone = sum(row.position_kind == PositionKind.AREA for row in placed)
    return [
        *([Message("{words}.", {"words": displaced_by_up_to(max(moved))})] if moved else []),
        *([Message("Anywhere in their area: {count}.", {"count": alone})] if alone else []),
    ]


def _largest(placed: list[SiteRow], subject: str, lang: str) -> list[Message]:
    known = [(value, row) for row in placed if (value := value_of(row, subject)) is not None]
    first = sorted(known, key=lambda item: (-item[0], item[1].site_id))[:_NAMED]
    if not first:
        return []
    listed = ", ".join(f"{row.name} ({number(value, lang)})" for value, row in first)
    return [Message("Largest: {sites}.", {"sites": listed})]


def _counts(placed: list[SiteRow], subject: str, sector: str | None) -> list[Message]:
    critical = sum(_is_critical(row, sector) for row in placed)
    carried = sum(row.method is Method.CARRIED_FORWARD for row in placed)
    empty = sum(value_of(row, subject) is None for row in placed)
    need = code_list("sector").get(sector).label if sector else None
    said = {"count": critical, "sector": need}
    found = [
        (critical, Message("With critical need in {sector}: {count}.", said))
        if need
        else (critical, Message("With critical need in a sector: {count}.", {"count": critical})),
        (carried, Message("Carried forward from an earlier visit: {count}.", {"count": carried})),
        (empty, Message("Without a figure: {count}.", {"count": empty})),
    ]
    return [message for count, message in found if count]


def _is_critical(row: SiteRow, sector: str | None) -> bool:
    levels = row.needs.values() if sector is None else (row.needs.get(sector),)
    return _CRITICAL in levels
