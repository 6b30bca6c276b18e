"""The columns of one sheet: each claim to a concept is tried, read, and accounted for."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from opendtm.errors import Where
from opendtm.i18n import Message, mark
from opendtm.records import Finding
from opendtm.tables import claims as claiming
from opendtm.tables import codewords, conversion, doubts, headings, personal
from opendtm.tables.claims import Claim
from opendtm.tables.conversion import Converted, Manner
from opendtm.tables.grid import Grid
from opendtm.tables.layout import Layout
from opendtm.tables.mapping import SheetMapping
from opendtm.tables.recognition import Basis, ColumnReport, Fate
from opendtm.vocab import Kind, Sharing, concept


@dataclass(slots=True)
class Work:
    """What is gathered while the columns of a sheet are read."""

    file: str
    sheet: str
    layout: Layout
    body: Grid
    values: dict[str, pa.Array] = field(default_factory=dict)
    columns: dict[int, ColumnReport] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    derived: dict[str, str] = field(default_factory=dict)
    counts: dict[int, pa.Array] = field(default_factory=dict)

    def where(self, *, column: int | None = None, row: int | None = None) -> Where:
        """Name a place in this sheet; `column` counts from 0, `row` is the number in the file."""
        name = None if column is None else self.layout.headings[column] or str(column + 1)
        return Where(file=self.file, sheet=self.sheet, row=row, column=name)

    def report(
        self, index: int, fate: Fate, claim: Claim | None = None, reason: Message | None = None
    ) -> None:
        """Note what became of a column; what was read stays read."""
        if index in self.columns and self.columns[index].fate is Fate.READ:
            return
        self.columns[index] = ColumnReport(
            position=index + 1,
            heading=self.layout.headings[index],
            tag=self.layout.tags[index],
            fate=fate,
            concept=claim.concept if claim else None,
            basis=claim.basis if claim else None,
            confidence=claim.confidence if claim else 0.0,
            reason=reason,
            filled=len(self.body.columns[index]) - self.body.columns[index].null_count,
        )


def read_columns(work: Work, mapping: SheetMapping | None) -> None:
    """Read every column that a claim bears out into `work.values`, and report all of them."""
    mapped = claiming.mapped_claims(mapping, work.layout, work.where()) if mapping else []
    own = _own(work, mapping, {claim.concept for claim in mapped})
    private = claiming.personal_columns(work.layout, work.body.columns, [*mapped, *own])
    for index in sorted(private):
        work.report(index, Fate.PERSONAL)
        work.findings.append(doubts.personal_column(work.where(column=index)))
    public = [claim for claim in [*mapped, *own] if not private & set(claim.columns)]
    for rivals in claiming.by_concept(public).values():
        _settle(work, rivals)
    _report_rest(work, public)


def _own(work: Work, mapping: SheetMapping | None, taken: set[str]) -> list[Claim]:
    """Give what the columns claim by themselves, but for what a mapping reads, states or leaves out."""
    if mapping is not None and not mapping.recognise:
        return []
    left = claiming.left_by_mapping(mapping, work.layout, work.where()) if mapping else set()
    said = taken | set(mapping.constants if mapping else ())
    found = claiming.own_claims(work.layout, context=f"{work.file} {work.sheet}")
    kept = (claiming.without(claim, left) for claim in found if claim.concept not in said)
    return [claim for claim in kept if claim is not None]


def _settle(work: Work, rivals: Sequence[Claim]) -> None:
    """Read the strongest claim whose values bear it out, and account for the others."""
    winner: Claim | None = None
    for claim in rivals:
        if winner is not None:
            _outdone(work, claim, winner)
        elif _try(work, claim):
            winner = claim


def _try(work: Work, claim: Claim) -> bool:
    what = concept(claim.concept)
    converted = _convert(work, claim)
    if claim.basis is not Basis.MAPPING and not conversion.fits(converted, what):
        _unfit(work, claim, converted)
        return False
    first = claim.columns[0]
    where = work.where(column=first)
    values = converted.values
    if what.kind is Kind.TEXT and what.sharing is not Sharing.PUBLIC:
        values, count = personal.blank_addresses(values)
        work.findings += [doubts.personal_text(where, what.name, count)] if count else []
    if what.kind is Kind.COUNT and len(claim.columns) == 1:
        work.counts[first] = values
    work.values[claim.concept] = values
    work.findings += doubts.of_column(converted, what, where)
    _say_claim(work, claim, where)
    for index in claim.columns:
        work.report(index, Fate.READ, claim)
    return True


def _say_claim(work: Work, claim: Claim, where: Where) -> None:
    if claim.mapped is not None and claim.mapped.factor is not None:
        work.derived[claim.concept] = claim.mapped.source
        work.findings.append(
            doubts.derived(where, claim.concept, claim.mapped.factor, claim.mapped.source)
        )
    heading = work.layout.headings[claim.columns[0]]
    if claim.basis is Basis.HEADING and any(
        headings.is_generic(claim.concept, words) for words in headings.spellings(heading)[-1:]
    ):
        work.findings.append(doubts.group_assumed(where, claim.concept))


def _convert(work: Work, claim: Claim) -> Converted:
    what = concept(claim.concept)
    if claim.basis is Basis.OPTIONS:
        return conversion.convert(_join_options(work, claim), what)
    parts = [
        conversion.convert(work.body.columns[index], what, _manner(work, claim, index))
        for index in claim.columns
    ]
    whole = parts[0] if len(parts) == 1 else _add(parts)
    factor = claim.mapped.factor if claim.mapped else None
    if factor is None:
        return whole
    return Converted(
        pc.multiply(whole.values, factor), whole.unread, whole.as_numbers, whole.as_dates
    )


def _manner(work: Work, claim: Claim, index: int) -> Manner:
    exact = index in work.body.exact
    if claim.mapped is None:
        return Manner(exact=exact)
    return Manner(claim.mapped.decimal, claim.mapped.date_order, claim.mapped.codes, exact)


def _add(parts: Sequence[Converted]) -> Converted:
    """Add up columns; unknown only where all of them are."""
    total = parts[0].values
    for part in parts[1:]:
        both = pc.add(pc.fill_null(total, 0.0), pc.fill_null(part.values, 0.0))
        known = pc.or_(pc.is_valid(total), pc.is_valid(part.values))
        total = pc.if_else(known, both, pa.scalar(None, pa.float64()))
    unread = {word: count for part in parts for word, count in part.unread.items()}
    return Converted(total, unread, parts[0].as_numbers)


def _join_options(work: Work, claim: Claim) -> pa.Array:
    """Join the columns of a select-multiple question into one text of codes a row."""
    yes = [word for word, code in codewords.known_words("yes_no").items() if code == "yes"]
    chosen = []
    for index, option in zip(claim.columns, claim.options, strict=True):
        hit = pc.is_in(pc.utf8_lower(work.body.columns[index]), value_set=pa.array([*yes, "1.0"]))
        chosen.append(pc.if_else(hit, pa.scalar(option), pa.scalar(None, pa.string())))
    return pc.binary_join_element_wise(*chosen, ";", null_handling="replace", null_replacement="")


def _outdone(work: Work, claim: Claim, winner: Claim) -> None:
    name = work.layout.headings[winner.columns[0]] or str(winner.columns[0] + 1)
    if not set(claim.columns) & set(winner.columns):
        work.findings.append(
            doubts.claimed_twice(work.where(column=claim.columns[0]), claim.concept, name)
        )
    for index in claim.columns:
        work.report(
            index,
            Fate.OUTDONE,
            claim,
            Message(mark("the column {name} was read instead"), {"name": name}),
        )


def _unfit(work: Work, claim: Claim, converted: Converted) -> None:
    if converted.is_share:
        reason = Message(mark("holds shares, not numbers of people"))
    else:
        reason = Message(
            mark("its values do not fit: {words}"), {"words": doubts.counted(converted.unread)}
        )
    for index in claim.columns:
        work.report(index, Fate.UNFIT, claim, reason)


def _report_rest(work: Work, claims: Sequence[Claim]) -> None:
    hints = claiming.suggestions(work.layout, claims)
    for index in range(work.body.width):
        if index not in work.columns:
            work.report(index, Fate.LEFT)
            column = work.columns[index]
            if index in hints:
                work.columns[index] = ColumnReport(
                    column.position,
                    column.heading,
                    column.tag,
                    suggestion=hints[index],
                    filled=column.filled,
                )
