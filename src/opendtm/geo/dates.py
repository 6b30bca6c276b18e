"""Reads the dates of boundary files, which come as text, as days, or as milliseconds since 1970."""

from datetime import UTC, date, datetime, timedelta

EARLIEST = date(1900, 1, 1)  # GDAL writes an empty date of a shapefile as 30 November 1899
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_date(value: object) -> date | None:
    """Give the day that `value` stands for; None where it is empty or stands for none."""
    found = _parse(value)
    return found if found and found >= EARLIEST else None


def _parse(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_milliseconds(value)
    if isinstance(value, str):
        return _from_text(value)
    return None


def _from_milliseconds(value: float) -> date | None:
    try:
        return (_EPOCH + timedelta(milliseconds=value)).date()
    except (OverflowError, ValueError):
        return None


def _from_text(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10].replace("/", "-"))
    except ValueError:
        return None
