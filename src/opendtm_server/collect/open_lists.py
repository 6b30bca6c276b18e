"""Lists as anybody may have them: behind a public link a form offers its sites, and tells nobody where they are."""

import csv
import io
import re

EMPTIED = frozenset({"latitude", "longitude", "altitude", "accuracy", "precision"})
OWN = 2  # a list begins with the name and the label of its things
POINT = re.compile(
    r"\s*-?\d+(\.\d+)?[ ,;]+-?\d+(\.\d+)?([ ,;]+-?\d+(\.\d+)?){0,2}\s*"
)  # a geopoint


def without_positions(content: bytes) -> bytes:
    """Give a list's CSV with its coordinates emptied: columns of that name, and any cell that holds a point."""
    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    if not rows:
        return content
    emptied = {place for place, name in enumerate(rows[0]) if name.lower() in EMPTIED}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(rows[0])
    writer.writerows(
        [
            "" if place in emptied or _is_point(place, cell) else cell
            for place, cell in enumerate(row)
        ]
        for row in rows[1:]
    )
    return text.getvalue().encode()


def _is_point(place: int, cell: str) -> bool:
    return place >= OWN and POINT.fullmatch(cell) is not None
