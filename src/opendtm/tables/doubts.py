"""Doubts about a table as findings: one small function a kind, so that each has one wording."""

from collections.abc import Mapping

from opendtm.errors import Where
from opendtm.i18n import Message, mark
from opendtm.records import Finding, Severity
from opendtm.tables.conversion import Converted
from opendtm.vocab import Concept, Kind, concept

SHOWN_WORDS = 8


def no_headings(where: Where) -> Finding:
    """Say that a table has no row of headings."""
    sentence = mark("The table has no row of headings; its columns are known by position only.")
    remedy = mark("Name the columns by position in a mapping file.")
    return Finding(
        "no_header_row", Severity.HARD, Message(sentence), where=where, remedy=Message(remedy)
    )


def totals_row(where: Where, source: str) -> Finding:
    """Say that a row of totals was kept out."""
    sentence = mark("This row is a total of other rows and was kept out.")
    return Finding(
        "totals_row_left_out", Severity.NOTE, Message(sentence), source=source, where=where
    )


def note_row(where: Where, source: str) -> Finding:
    """Say that a note under the table was kept out."""
    sentence = mark("This row is a note under the table and was kept out.")
    return Finding(
        "note_row_left_out", Severity.NOTE, Message(sentence), source=source, where=where
    )


def personal_column(where: Where) -> Finding:
    """Say that a column holds personal data and was left out."""
    sentence = mark("The column holds personal data and was left out.")
    remedy = mark("Remove it from the file before the file is passed on.")
    return Finding(
        "personal_data_left_out",
        Severity.NOTE,
        Message(sentence),
        where=where,
        remedy=Message(remedy),
    )


def personal_text(where: Where, name: str, count: int) -> Finding:
    """Say that some cells of a text hold phone numbers or addresses and were blanked."""
    sentence = mark("{count} cells hold a telephone number or an e-mail address and were left out.")
    return Finding(
        "personal_data_in_text",
        Severity.SOFT,
        Message(sentence, {"count": count}),
        concept=name,
        where=where,
    )


def claimed_twice(where: Where, name: str, winner: str) -> Finding:
    """Say that two columns claim one concept and which one was read."""
    sentence = mark(
        "The column also claims to hold “{concept}”; the column {winner} was read instead."
    )
    values = {"concept": concept(name).label, "winner": winner}
    remedy = Message(mark("If this one is meant, say so in a mapping file."))
    return Finding(
        "concept_claimed_twice",
        Severity.NOTE,
        Message(sentence, values),
        concept=name,
        where=where,
        remedy=remedy,
    )


def group_assumed(where: Where, name: str) -> Finding:
    """Say that a heading gives people without saying whose group, and how it was read."""
    sentence = mark("The heading does not say of whom; it was read as “{concept}”.")
    remedy = Message(mark("If it counts others as well, say so in a mapping file."))
    values = {"concept": concept(name).label}
    return Finding(
        "population_group_assumed",
        Severity.SOFT,
        Message(sentence, values),
        concept=name,
        where=where,
        remedy=remedy,
    )


def derived(where: Where, name: str, factor: float, source: str) -> Finding:
    """Say that a figure is another column times a factor."""
    sentence = mark("“{concept}” is derived: the column times {factor} ({source}).")
    values = {"concept": concept(name).label, "factor": f"{factor:g}", "source": source}
    return Finding(
        "derived_by_factor", Severity.NOTE, Message(sentence, values), concept=name, where=where
    )


def below_households(
    where: Where, source: str, name: str, individuals: float, households: float
) -> Finding:
    """Say that a row has fewer individuals than households; the row is kept."""
    sentence = mark(
        "{individuals} individuals but {households} households: fewer persons than households."
    )
    values = {"individuals": individuals, "households": households}
    remedy = Message(mark("Check whether the two figures were swapped; the row is kept as it is."))
    return Finding(
        "individuals_below_households",
        Severity.SOFT,
        Message(sentence, values),
        source=source,
        concept=name,
        value=individuals,
        remedy=remedy,
        where=where,
    )


def several(where: Where, check: str, name: str, values: str) -> Finding:
    """Say that rows of several levels or rounds stand in one table and must not be added up."""
    sentences = {
        "several_levels": mark(
            "The table holds rows of several administrative levels ({values}): do not add them up."
        ),
        "several_rounds": mark("The table holds several rounds ({values}): do not add them up."),
    }
    remedy = Message(mark("Choose one before computing totals."))
    message = Message(sentences[check], {"values": values})
    return Finding(check, Severity.SOFT, message, concept=name, where=where, remedy=remedy)


def plain(check: str, severity: Severity, sentence: str, where: Where, **values: object) -> Finding:
    """Say something about a sheet or a file that needs no more than a sentence."""
    return Finding(check, severity, Message(sentence, values), where=where)


def of_column(converted: Converted, what: Concept, where: Where) -> list[Finding]:
    """Give the doubts that reading one column left: unread words, signs and orders that were decided."""
    found = []
    if converted.unread:
        found.append(_unread(converted.unread, what, where))
    if converted.as_numbers is not None and converted.as_numbers.doubtful:
        found.append(_doubtful_sign(converted, what, where))
    if converted.as_dates is not None:
        found += _about_dates(converted, what, where)
    return found


def _unread(words: Mapping[str, int], what: Concept, where: Where) -> Finding:
    check, sentence = {
        Kind.COUNT: ("numbers_unread", mark("Not readable as numbers, left unknown: {words}.")),
        Kind.NUMBER: ("numbers_unread", mark("Not readable as numbers, left unknown: {words}.")),
        Kind.DATE: ("dates_unread", mark("Not readable as dates, left unknown: {words}.")),
    }.get(
        what.kind,
        (
            "words_not_in_list",
            mark("Words that the code list does not have, left unknown: {words}."),
        ),
    )
    values = {"words": counted(words)}
    remedy = Message(mark("Correct the cells, or translate the words in a mapping file."))
    total = sum(words.values())
    return Finding(
        check,
        Severity.SOFT,
        Message(sentence, values),
        concept=what.name,
        value=total,
        where=where,
        remedy=remedy,
    )


def counted(words: Mapping[str, int]) -> str:
    """Write words with their counts, the most frequent first, long ones cut."""
    ranked = sorted(words.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = [f"“{word[:40]}” ({count})" for word, count in ranked[:SHOWN_WORDS]]
    rest = len(ranked) - SHOWN_WORDS
    return ", ".join(shown) + (f", … (+{rest})" if rest > 0 else "")


def _doubtful_sign(converted: Converted, what: Concept, where: Where) -> Finding:
    numbers = converted.as_numbers
    examples = ", ".join(numbers.doubtful) if numbers else ""
    sentence = mark(
        "{examples}: the decimal sign was taken to be “{sign}”; another one would change the numbers."
    )
    values = {"examples": examples, "sign": numbers.decimal if numbers else "."}
    remedy = Message(mark("Say the decimal sign in a mapping file."))
    return Finding(
        "decimal_sign_assumed",
        Severity.SOFT,
        Message(sentence, values),
        concept=what.name,
        where=where,
        remedy=remedy,
    )


def _about_dates(converted: Converted, what: Concept, where: Where) -> list[Finding]:
    dates = converted.as_dates
    found = []
    if dates is not None and dates.ambiguous:
        sentence = mark("Nothing says whether the day or the month comes first; the day was taken.")
        remedy = Message(mark("Say the order of the date in a mapping file (date_order)."))
        found.append(
            Finding(
                "date_order_ambiguous",
                Severity.SOFT,
                Message(sentence),
                concept=what.name,
                where=where,
                remedy=remedy,
            )
        )
    if dates is not None and dates.serial:
        sentence = mark("{count} dates are day numbers of Excel and were read as such.")
        found.append(
            plain("excel_serial_dates", Severity.NOTE, sentence, where, count=dates.serial)
        )
    if dates is not None and dates.months:
        sentence = mark("{count} dates name a month only; its first day was taken.")
        found.append(plain("month_only_dates", Severity.NOTE, sentence, where, count=dates.months))
    return found
