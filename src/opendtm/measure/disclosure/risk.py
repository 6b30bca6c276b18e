"""The risk that a record of a sample is recognised by its keys: frequencies, k, l, individual and global risk.

A key is what somebody outside may know of a person: place, sex, age, household size. A missing key could be
anything, so such a record is like every record that agrees on the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import hyp2f1

from opendtm.errors.measure import KeyMissing, NoRecords, WeightImpossible
from opendtm.measure.disclosure.ledger import Floats, Ints

MISSING = -1
SERIES_FROM, TERMS = 40, 60  # the 60th term is below 1e-28 of the first


@dataclass(frozen=True, slots=True, eq=False)
class Risk:
    """The risk of a file of records; arrays have one entry a record, in the file's order.

    `alike` is the sample frequency f_k, `people` the estimated population frequency F_k (the sum of weights),
    `single` the individual risk. `diversity` is the number of different sensitive values among the records
    with exactly the same keys; None where no sensitive column was named.
    """

    alike: Ints
    people: Floats
    single: Floats
    diversity: Ints | None

    @property
    def k(self) -> int:
        """The fewest records that are alike."""
        return int(self.alike.min())

    @property
    def l(self) -> int | None:  # noqa: E743 - the name in the literature: l-diversity
        """The fewest sensitive values among records alike; None where none was named."""
        return None if self.diversity is None else int(self.diversity.min())

    @property
    def share(self) -> float:
        """The global risk: the expected share of records that are recognised."""
        return float(self.single.mean())

    @property
    def expected(self) -> float:
        """The expected number of records that are recognised."""
        return float(self.single.sum())


def risk(
    records: pa.Table,
    *,
    keys: Sequence[str],
    weights: str | None = None,
    sensitive: str | None = None,
) -> Risk:
    """Compute the risk of a table of records.

    Without `weights` the records are the whole population. Raises NoRecords, KeyMissing or WeightImpossible.
    """
    check_columns(records, [*keys, *(name for name in (weights, sensitive) if name)])
    found = codes(records, keys)
    counted = weight_of(records, weights)
    alike, people = frequencies(found, counted)
    return Risk(
        alike=alike,
        people=people,
        single=individual_risk(alike, people),
        diversity=None
        if sensitive is None
        else _diversity(found, codes(records, [sensitive])[:, 0]),
    )


def individual_risk(alike: Ints, people: Floats) -> Floats:
    """Give E(1/F | f), F the people in the population who are like a record, f the records that are.

    F given f is negative binomial with chance p = f / F_k (Benedetti and Franconi 1998; Franconi and Polettini
    2004): the risk is (p / f) 2F1(1, 1; f + 1; 1 - p), which for f = 1 is p log(1/p) / (1 - p) and for p = 1
    is 1 / f.
    """
    chance = alike / people
    few = np.minimum(alike, SERIES_FROM)
    exact = hyp2f1(1.0, 1.0, few + 1.0, 1.0 - chance)
    found: Floats = (
        chance / alike * np.where(alike > SERIES_FROM, _series(alike, 1.0 - chance), exact)
    )
    return found


def _series(alike: Ints, rest: Floats) -> Floats:
    """Give 2F1(1, 1; f + 1; q) for large f, where its terms fall off at once and the library gives up."""
    term, total = np.ones(len(rest)), np.ones(len(rest))
    for number in range(1, TERMS):
        term = term * rest * number / (alike + number)
        total = total + term
    return total


def check_columns(records: pa.Table, names: Sequence[str]) -> None:
    """Raise NoRecords for an empty table, KeyMissing for the first name that is not a column."""
    if records.num_rows == 0:
        raise NoRecords
    for name in names:
        if name not in records.column_names:
            raise KeyMissing(column=name, known=", ".join(records.column_names))


def codes(records: pa.Table, keys: Sequence[str]) -> Ints:
    """Give each value of a key a number (records x keys); MISSING where there is none or an empty text."""
    return np.column_stack([_column_codes(records.column(name)) for name in keys])


def _column_codes(column: pa.ChunkedArray) -> Ints:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        words = pc.utf8_trim_whitespace(column)
        column = pc.if_else(pc.equal(words, ""), pa.scalar(None, words.type), words)
    encoded = column.combine_chunks().dictionary_encode()
    indices = (
        encoded.combine_chunks().indices
        if isinstance(encoded, pa.ChunkedArray)
        else encoded.indices
    )
    return np.asarray(indices.fill_null(MISSING)).astype(np.int64)


def weight_of(records: pa.Table, weights: str | None) -> Floats:
    """Give the weight of each record, 1 where no column of weights is named; WeightImpossible below 1."""
    if weights is None:
        return np.ones(records.num_rows)
    column = records.column(weights)
    try:
        found = np.asarray(column.cast(pa.float64()).fill_null(np.nan))
    except pa.ArrowInvalid as error:
        raise WeightImpossible(value=str(error)) from error
    wrong = np.flatnonzero(~(np.isfinite(found) & (found >= 1)))
    if wrong.size:
        raise WeightImpossible(value=str(column[int(wrong[0])].as_py()))
    return found


def frequencies(found: Ints, weights: Floats) -> tuple[Ints, Floats]:
    """Count for each record the records alike, itself included, and the sum of their weights.

    Records that miss the same keys are compared with each other such group as a whole, on the keys that both
    have.
    """
    alike, people = np.zeros(len(found), np.int64), np.zeros(len(found))
    patterns, of_pattern = np.unique(found == MISSING, axis=0, return_inverse=True)
    for one, here in enumerate(patterns):
        ours = np.flatnonzero(of_pattern == one)
        for other, there in enumerate(patterns):
            theirs = np.flatnonzero(of_pattern == other)
            count, total = _matches(found[:, ~(here | there)], weights, ours, theirs)
            alike[ours] += count
            people[ours] += total
    return alike, people


def _matches(compared: Ints, weights: Floats, ours: Ints, theirs: Ints) -> tuple[Ints, Floats]:
    if compared.shape[1] == 0:
        return np.full(ours.size, theirs.size), np.full(ours.size, weights[theirs].sum())
    together = compared[np.concatenate([ours, theirs])]
    _, group = np.unique(together, axis=0, return_inverse=True)
    mine, other = group[: ours.size], group[ours.size :]
    size = int(group.max()) + 1
    count = np.bincount(other, minlength=size)
    total = np.bincount(other, weights=weights[theirs], minlength=size).astype(np.float64)
    return count[mine].astype(np.int64), total[mine]


def _diversity(found: Ints, sensitive: Ints) -> Ints:
    """Count the different sensitive values, missing ones aside, among the records with the same keys."""
    _, group = np.unique(found, axis=0, return_inverse=True)
    known = sensitive != MISSING
    pairs = np.unique(np.column_stack([group[known], sensitive[known]]), axis=0)
    return np.bincount(pairs[:, 0], minlength=int(group.max()) + 1)[group]
