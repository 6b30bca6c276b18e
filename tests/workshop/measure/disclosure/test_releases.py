"""Two releases in one attacker's hands: rounds one after the other, and a correction of the same round."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.workshop.measure.disclosure.tables import COUNTS, PUBLIC, flat, shown

from opendtm.errors.measure import TotalsDisagree
from opendtm.measure.disclosure import (
    Cell,
    Earlier,
    Ledger,
    Standing,
    adds_up,
    after,
    ledger,
    ranges,
    suppress,
)
from opendtm.measure.disclosure.ledger import Relation


def sites(**counts: float) -> Ledger:
    """Give a list of sites and their total."""
    cells = [Cell(name, value, "person") for name, value in counts.items()]
    cells.append(Cell("total", sum(counts.values()), "person", weight=100.0))
    return ledger(cells, [adds_up("total", counts)], rule=PUBLIC)


def test_neighbour_that_is_carried_forward_protects_nobody() -> None:
    """B was 120 in the last release and is carried forward: hiding it now would hide nothing."""
    before, now = sites(a=50, b=120, c=400), sites(a=3, b=120, c=400)
    assert shown(now, suppress(now)) == {"a": None, "b": None, "c": 400, "total": 523}
    nothing_hidden = suppress(before).hidden
    both = after(now, earlier=before, hidden=nothing_hidden, unchanged=[("b", "b")])
    alone = np.concatenate([suppress(now).hidden, nothing_hidden])
    broken = ranges(both, alone)
    assert (broken.low[0], broken.high[0]) == (3, 3)
    seen = shown(both, suppress(both))
    assert seen["a"] is None
    assert seen["c"] is None
    assert seen["b"] == 120


def test_correction_does_not_give_away_what_the_replaced_release_hid() -> None:
    """B was hidden for a's sake; nothing changed in either, so the correction may not show b."""
    before = sites(a=3, b=20, c=400)
    hidden = suppress(before).hidden
    assert hidden.tolist() == [True, True, False, False]
    now = sites(a=3, b=20, c=410)
    both = after(now, earlier=before, hidden=hidden, unchanged=[("a", "a"), ("b", "b")])
    seen = shown(both, suppress(both))
    assert [seen["a"], seen["b"]] == [None, None]
    assert [seen["c"], seen["total"]] == [410, 433]


def test_site_that_grew_is_not_shown_when_all_others_were_carried_forward() -> None:
    """Only d is new: the new total minus the old one is d, whoever is hidden among the others."""
    before, now = sites(a=30, b=120, c=400), sites(a=30, b=120, c=400, d=3)
    both = after(
        now,
        earlier=before,
        hidden=suppress(before).hidden,
        unchanged=[(name, name) for name in "abc"],
    )
    chosen = suppress(both)
    seen = shown(both, chosen)
    assert seen["d"] is None
    assert seen["total"] is None
    found = ranges(both, chosen.hidden)
    assert np.all(found.high - found.low >= 5)


def test_rounds_that_share_no_figure_do_not_bind_each_other() -> None:
    """All sites were visited again, so the last round's numbers say nothing of this one's."""
    before, now = sites(a=50, b=120, c=400), sites(a=3, b=118, c=405)
    both = after(now, earlier=before, hidden=suppress(before).hidden, unchanged=[])
    seen = shown(both, suppress(both))
    assert [key for key, value in seen.items() if value is None] == ["a", "b"]


def test_figure_said_to_be_unchanged_must_be() -> None:
    before, now = sites(a=50, b=120), sites(a=51, b=120)
    with pytest.raises(TotalsDisagree):
        after(now, earlier=before, hidden=before.hidden, unchanged=[("a", "a")])


def test_cell_published_before_is_named_as_exposed() -> None:
    """The same 3 persons were published under an older rule: nothing can hide them again."""
    cells = [Cell("a", 3, "person"), Cell("was", 3, "person", standing=Standing.SHOWN)]
    same: Relation = (("a", 1.0), ("was", -1.0))
    table = ledger(cells, [same], rule=PUBLIC)
    chosen = suppress(table)
    assert chosen.exposed.tolist() == [0]


@given(
    rows=st.lists(st.lists(COUNTS, min_size=3, max_size=3), min_size=2, max_size=5),
    fresh=st.lists(st.lists(COUNTS, min_size=3, max_size=3), min_size=5, max_size=5),
    kept=st.lists(st.booleans(), min_size=15, max_size=15),
)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_attacker_with_two_releases_narrows_no_safe_cell(
    rows: list[list[float]], fresh: list[list[float]], kept: list[bool]
) -> None:
    now_rows = [
        [old if kept[3 * i + j] else fresh[i][j] for j, old in enumerate(row)]
        for i, row in enumerate(rows)
    ]
    before, now = flat(rows), flat(now_rows)
    unchanged = [
        ((f"r{i}", f"c{j}"),) * 2 for i in range(len(rows)) for j in range(3) if kept[3 * i + j]
    ]
    both = after(now, earlier=before, hidden=suppress(before).hidden, unchanged=unchanged)
    chosen = suppress(both)
    found = ranges(both, chosen.hidden)
    safe = both.small[found.cells] & ~np.isin(found.cells, chosen.exposed)
    assert np.all(found.high[safe] - found.low[safe] >= 5)
    least = ranges(
        both, both.open | chosen.hidden
    )  # what is known even if this release showed nothing
    hopeless = np.isin(least.cells, chosen.exposed)
    assert np.all(least.high[hopeless] - least.low[hopeless] < 5)
    count = len(now.keys)
    assert np.array_equal(chosen.hidden[count:], suppress(before).hidden)
    assert all(isinstance(key, Earlier) for key in both.keys[count:])
