"""What differs between two runs of one round, said figure by figure for the reader of a replacing release."""

from typing import TYPE_CHECKING, Any

from opendtm_server.matrix import queries as matrix

if TYPE_CHECKING:
    from opendtm_server.matrix.models import Run


def changes_between(before: "Run", after: "Run") -> list[dict[str, Any]]:
    """List the figures that differ: key, indicator, place, earlier and later value (None is unknown).

    Figures of sites and of the whole operation alone: what reports print.
    """
    earlier, later = matrix.printed(before), matrix.printed(after)
    return [
        {
            "key": key,
            "indicator": key.partition("|")[0],
            "place": (later.get(key) or earlier[key])[0],
            "before": earlier[key][1] if key in earlier else None,
            "after": later[key][1] if key in later else None,
        }
        for key in sorted(earlier.keys() | later.keys())
        if _value(earlier, key) != _value(later, key)
    ]


def _value(figures: dict[str, tuple[str, float | None]], key: str) -> float | None:
    return figures[key][1] if key in figures else None
