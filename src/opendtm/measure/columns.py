"""Names of the columns that a panel adds to the observations, and the states that a place can be in."""

from opendtm.records import source_column

SOURCE = source_column()
PLACE = "_place"  # the key under which rows are one place
STATE = "_state"  # the coverage of the place in the round, a code of the list `coverage`
METHOD = "_method"  # a code of `records.Method`
AS_OF = "_as_of"  # the day of the answers
AGE = "_age"  # of the answers in rounds; 0 is the round itself
LEVEL = "_level"  # of foreign tables: 0 to 3 for an area, SITE_LEVEL for a site
ABOVE = "_above"  # the levels above it that the same table states, as bits
BELOW = "_below"  # the deepest level below it that the same table states

SITE_LEVEL = 9
ASSESSED, INACCESSIBLE, CLOSED, NOT_COVERED = "assessed", "inaccessible", "closed", "not_covered"

DERIVED = b"opendtm.derived"  # set by `tables` in the metadata of a column computed by a factor
FLOW_PREFIXES = ("arrivals_", "departures_", "departure_")


def is_flow(name: str) -> bool:
    """Tell whether a concept says what moved during a period; such answers are never carried forward."""
    return name.startswith(FLOW_PREFIXES) or name == "new_arrivals"
