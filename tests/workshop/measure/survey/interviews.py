"""Fifteen interviews of a two-stage sample, written out; what R `survey` 4.1.1 found on them stands in the tests."""

import pyarrow as pa

from opendtm.measure.survey import Design

INTERVIEWS = pa.table(
    {
        "stratum": list("AAAAAAABBBBBBBB"),
        "village": [1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5, 6, 6, 6],
        "block": [1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 10, 11, 12, 13],
        "villages": [10] * 7 + [6] * 8,
        "blocks": [8, 8, 8, 5, 5, 4, 4, 6, 6, 9, 9, 9, 3, 3, 3],
        "weight": [4, 5, 6, 7, 8, 3, 2, 2.5, 3, 4, 4.5, 5, 6, 1.5, 2],
        "y": [3, 5, 2, 8, 6, 4, 7, 1, 9, 5, 6, 7, 2, 4, 8],
        "x": [2, 4, 3, 5, 4, 4, 6, 2, 7, 3, 5, 6, 1, 4, 7],
        "group": list("uvuuvuvuuvuvuuv"),
    }
)
TWO_STAGE = Design(
    weights="weight",
    strata="stratum",
    clusters=("village", "block"),
    finite=("villages", "blocks"),
)
ONE_STAGE = Design(weights="weight", strata="stratum", clusters=("village",))
UNSTRATIFIED = Design(weights="weight", clusters=("village",))
