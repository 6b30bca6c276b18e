"""What differs between two runs of one round, said figure by figure for the reader of a replacing release."""

from typing import TYPE_CHECKING, Any

from opendtm_server.matrix import queries as matrix

if TYPE_CHECKING:
    from opendtm_server.matrix.models import Run


def changes_between(before: "Run", after: "Run") -> list[dict[str, Any]]:
    """List the totals that differ, as indicator, place, earlier and later value (None is unknown)."""
    earlier, later = matrix.totals(before), matrix.totals(after)
    return [
        {
            "indicator": key[0],
            "place_code": key[1],
            "before": earlier.get(key),
            "after": later.get(key),
        }
        for key in sorted(earlier.keys() | later.keys())
        if earlier.get(key) != later.get(key)
    ]
