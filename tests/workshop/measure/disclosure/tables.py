"""Tables that the tests of disclosure control are made of, written as one would on paper."""

from collections.abc import Sequence

from hypothesis import strategies as st

from opendtm.measure.disclosure import Dimension, Ledger, Suppression, crossed, rule
from opendtm.vocab import Sharing

PUBLIC = rule(Sharing.PUBLIC)
SEX = Dimension(("f", "m"), {"f": "both", "m": "both"})
AGE = Dimension(("0-4", "5-17", "18+"), dict.fromkeys(("0-4", "5-17", "18+"), "any"))


def flat(rows: Sequence[Sequence[float]]) -> Ledger:
    """Give a table of rows (r0, r1, ...) and columns (c0, c1, ...) with both margins (key "all")."""
    down = Dimension(*_named("r", len(rows)))
    across = Dimension(*_named("c", len(rows[0])))
    counts = {
        (f"r{i}", f"c{j}"): float(value)
        for i, row in enumerate(rows)
        for j, value in enumerate(row)
    }
    return crossed(counts, [down, across], rule=PUBLIC)


def _named(letter: str, count: int) -> tuple[tuple[str, ...], dict[str, str]]:
    names = tuple(f"{letter}{number}" for number in range(count))
    return names, dict.fromkeys(names, "all")


def places(sites: int, *, per_commune: int = 2, per_province: int = 2) -> Dimension:
    """Give sites inside communes inside provinces inside the country."""
    leaves = tuple(f"s{number}" for number in range(sites))
    parents = {leaf: f"c{number // per_commune}" for number, leaf in enumerate(leaves)}
    communes = list(dict.fromkeys(parents.values()))
    parents |= {each: f"p{number // per_province}" for number, each in enumerate(communes)}
    provinces = list(dict.fromkeys(parents[each] for each in communes))
    return Dimension(leaves, parents | dict.fromkeys(provinces, "country"))


def shown(ledger: Ledger, chosen: Suppression) -> dict[object, float | None]:
    """Give the table as a reader sees it, None where a cell is hidden."""
    return {
        key: None if hidden else float(value)
        for key, hidden, value in zip(ledger.keys, chosen.hidden, ledger.values, strict=True)
    }


COUNTS = st.one_of(st.integers(0, 6), st.integers(0, 300)).map(float)


@st.composite
def any_ledger(draw: st.DrawFn) -> Ledger:
    """Draw a table of one of several shapes: flat, three-way, nested places by sex, by sex and age."""
    shape = draw(st.sampled_from(["flat", "cube", "nested", "deep"]))
    if shape == "flat":
        height, width = draw(st.integers(2, 6)), draw(st.integers(1, 5))
        return flat([draw(st.lists(COUNTS, min_size=width, max_size=width)) for _ in range(height)])
    rooms = Dimension(*_named("k", draw(st.integers(2, 3))))
    dimensions = {
        "cube": [rooms, SEX, AGE],
        "nested": [places(draw(st.integers(2, 7))), SEX],
        "deep": [places(draw(st.integers(2, 5))), SEX, AGE],
    }[shape]
    keys = [()]
    for dimension in dimensions:
        keys = [(*key, leaf) for key in keys for leaf in dimension.leaves]  # type: ignore[misc]
    return crossed({key: draw(COUNTS) for key in keys}, dimensions, rule=PUBLIC)
