"""Moments as other servers write them."""

from datetime import UTC, datetime


def moment(text: object) -> datetime | None:
    """Give the moment that an ISO text names, in UTC where it names no offset; None where it is none."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
