"""A place that grows unevenly, for which going on with the mean change is worth more than the last count."""

FIRST = (14, 28, 12, 18, 13, 25, 24)  # changes before the first origin of the trial
MOVED = (
    *FIRST,
    *(25, 30, 22, 16, 13, 25, 10, 22, 23, 29, 10, 24, 18, 17, 28, 13, 20, 10, 10, 10, 30, 27),
)
