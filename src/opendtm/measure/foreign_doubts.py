"""Findings about a foreign table: what of it was left out, carried or added up, in words for a person."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

import pyarrow as pa

from opendtm.i18n import Message
from opendtm.measure.columns import SITE_LEVEL
from opendtm.measure.rows import Row
from opendtm.records import Finding, Severity
from opendtm.vocab import Kind, concept, concepts


def _note(
    check: str, message: Message, *, severity: Severity = Severity.NOTE, **more: object
) -> Finding:
    return Finding(check=check, severity=severity, message=message, **more)  # type: ignore[arg-type]


def earlier_visits(rows: Sequence[Row], kept: Collection[Row]) -> Iterator[Finding]:
    """Report the rows that a later row of the same place replaced."""
    left = len(rows) - len(kept)
    if left:
        yield _note(
            "earlier_rows_left_out",
            Message(
                "{rows} rows are older than another row of the same place; only the latest of each place "
                "counts.",
                {"rows": left},
            ),
        )


def earlier_rounds(rows: Sequence[Row], kept: Sequence[Row]) -> Iterator[Finding]:
    """Report the rows of earlier rounds, and the areas that stand in those alone."""
    left = len(rows) - len(kept)
    if not left:
        return
    gone = {row.place for row in rows} - {row.place for row in kept}
    yield _note(
        "earlier_rounds_left_out",
        Message(
            "{rows} rows belong to earlier rounds and are left out: the total of a round is the sum of its "
            "own rows. {places} areas stand in earlier rounds alone.",
            {"rows": left, "places": len(gone)},
        ),
    )


def carried_sites(rows: Sequence[Row], carry_rounds: int) -> Iterator[Finding]:
    """Report the sites that are missing from the newest round."""
    carried = {row.place for row in rows if 0 < row.age <= carry_rounds}
    expired = {row.place for row in rows if row.age > carry_rounds}
    if carried:
        yield _note(
            "sites_carried_forward",
            Message(
                "{sites} sites are missing from the newest round; their last answers are carried forward "
                "and marked.",
                {"sites": len(carried)},
            ),
        )
    if expired:
        yield _note(
            "sites_expired",
            Message(
                "{sites} sites were last seen more than {rounds} rounds ago; nothing is known of them now.",
                {"sites": len(expired), "rounds": carry_rounds},
            ),
        )


def repeated_places(rows: Sequence[Row]) -> Iterator[Finding]:
    """Report the sites that stand in several rows of one day: the rows are added up."""
    times = Counter(row.place for row in rows)
    first = {row.place: row.source for row in reversed(rows)}
    for place, count in sorted(times.items()):
        if count > 1:
            yield _note(
                "place_repeated",
                Message(
                    "The site {site} stands in {rows} rows of the same round and day; they are added up.",
                    {"site": place, "rows": count},
                ),
                severity=Severity.SOFT,
                source=first[place],
                concept="site_id",
                value=place,
                remedy=Message("Check whether a row was entered twice."),
            )


def partly_known(table: pa.Table, rows: Sequence[Row]) -> Iterator[Finding]:
    """Report the figures that some rows of a place state and others leave empty: their sum is too low."""
    if len({row.place for row in rows}) == len(rows):
        return
    for name in table.column_names:
        if name not in concepts() or concept(name).kind is not Kind.COUNT:
            continue
        told: dict[str, set[bool]] = defaultdict(set)
        for row, value in zip(rows, table[name].to_pylist(), strict=True):
            told[row.place].add(value is not None)
        places = sum(len(each) == 2 for each in told.values())
        if places:
            yield _note(
                "partly_known",
                Message(
                    "{concept}: {places} places stand in several rows of which some are empty; the sum of "
                    "the others is too low.",
                    {"concept": concept(name).label, "places": places},
                ),
                severity=Severity.SOFT,
                concept=name,
            )


def ended_operations(last: Mapping[tuple[str | None, str | None], date]) -> Iterator[Finding]:
    """Report the operations that ended more than a year before the newest one of their country."""
    for (operation, _country), on in sorted(last.items(), key=str):
        yield _note(
            "operation_ended",
            Message(
                "The operation “{operation}” was last assessed on {day}, more than a year before another "
                "one of the same country; it is left out.",
                {"operation": operation or "-", "day": on},
            ),
            severity=Severity.SOFT,
            remedy=Message("To see it, give a table of that operation alone."),
        )


def added_operations(rows: Sequence[Row]) -> Iterator[Finding]:
    """Report that several operations of one country are added up."""
    named: dict[str | None, set[str]] = defaultdict(set)
    for row in rows:
        if row.operation:
            named[row.path[0]].add(row.operation)
    for operations in (each for each in named.values() if len(each) > 1):
        yield _note(
            "operations_added",
            Message(
                "Several operations of one country are added up: {operations}.",
                {"operations": ", ".join(sorted(operations))},
            ),
            severity=Severity.SOFT,
            remedy=Message("Check that they do not count the same people."),
        )


def areas_beside_sites(repeated: Sequence[str], count: int) -> Iterator[Finding]:
    """Report that rows of areas say again what rows of sites say."""
    if repeated:
        yield _note(
            "areas_beside_sites",
            Message(
                "The input holds sites and {rows} rows of areas; what both state ({concepts}) is taken "
                "from the sites alone.",
                {"rows": count, "concepts": ", ".join(repeated)},
            ),
            severity=Severity.SOFT,
            remedy=Message("Give the sheets apart if they do not count the same people."),
        )


def levels(table: pa.Table, rows: Sequence[Row], above: Sequence[int]) -> Iterator[Finding]:
    """Report that a table repeats its figures by administrative level, and where the levels disagree."""
    if not any(above):
        return
    stated = sorted({row.level for row in rows if row.level != SITE_LEVEL})
    yield _note(
        "levels_repeated",
        Message(
            "The table states its figures at several administrative levels ({levels}); they are never added "
            "up across levels.",
            {"levels": ", ".join(str(level) for level in stated)},
        ),
    )
    for name in table.column_names:
        if name in concepts() and concept(name).kind is Kind.COUNT:
            yield from _disagreements(table[name].to_pylist(), rows, stated, name)


def _disagreements(
    values: Sequence[float | None], rows: Sequence[Row], stated: Sequence[int], name: str
) -> Iterator[Finding]:
    sums: dict[tuple[str, int], float] = defaultdict(float)
    for row, value in zip(rows, values, strict=True):
        if row.level != SITE_LEVEL and value is not None:
            sums[row.operation or "-", row.level] += value
    for operation, level in sorted(sums):
        below = next((each for each in stated if each > level and (operation, each) in sums), None)
        if below is None or abs(sums[operation, level] - sums[operation, below]) < 0.5:
            continue
        yield _note(
            "levels_disagree",
            Message(
                "{concept}, operation “{operation}”: level {level} gives {above}, level {below_level} gives "
                "{below}.",
                {
                    "concept": concept(name).label,
                    "operation": operation,
                    "level": level,
                    "above": sums[operation, level],
                    "below_level": below,
                    "below": sums[operation, below],
                },
            ),
            severity=Severity.SOFT,
            concept=name,
            remedy=Message("Ask the publisher which level is right; say which one you quote."),
        )
