"""What a report must withhold in view of itself and of the releases that are out already."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from opendtm.measure.disclosure import Earlier, Ledger, after, suppress
from opendtm.report.model import SiteNeedsReport
from opendtm_server.publish.disclosure.cells import Page, concepts, page

Places = dict[Hashable, list[Hashable]]


@dataclass(frozen=True, slots=True)
class Issue:
    """A release that is out: its report with nothing withheld, that of the round before, and what it printed.

    `shown` holds the keys that it printed, each with the part carried forward (None where that was withheld).
    """

    report: SiteNeedsReport
    before: SiteNeedsReport | None
    shown: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class _Past:
    """The releases before as one ledger, what of it was not printed, and where each known answer stands in it."""

    ledger: Ledger
    hidden: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]"
    places: Places


def withheld(
    report: SiteNeedsReport, *, before: SiteNeedsReport | None, issues: Sequence[Issue]
) -> frozenset[str]:
    """Give the keys that the report must not print; `issues` are those out already, the oldest first."""
    return frozenset(
        key
        for name in concepts(report)
        for key in _withheld(page(report, before, name), _past(issues, name))
    )


def _withheld(found: Page, past: _Past | None) -> Iterable[str]:
    now = found.ledger()
    whole = now if past is None else _tied(now, found, past)
    if not whole.small.any():
        return ()
    hidden = suppress(whole).hidden[: len(now.keys)]
    return [str(key) for key, hides in zip(now.keys, hidden, strict=True) if hides]


def _past(issues: Sequence[Issue], name: str) -> _Past | None:
    """Lay the releases over each other, the oldest first."""
    past: _Past | None = None
    for issue in issues:
        found = page(issue.report, issue.before, name)
        now = found.ledger()
        hidden = np.array(
            [not _is_printed(str(key), issue.shown) for key in now.keys], dtype=np.bool_
        )
        if past is None:
            past = _Past(now, hidden, _places(found))
            continue
        hidden = np.concatenate([hidden, past.hidden])
        past = _Past(_tied(now, found, past), hidden, _merged(_places(found), past.places))
    return past


def _tied(now: Ledger, found: Page, past: _Past) -> Ledger:
    """Put a report after the past; a site's number of the same day is the same wherever it stands."""
    pairs = [
        (new, old)
        for known, keys in _places(found).items()
        for new in keys[:1]
        for old in past.places.get(known, ())
    ]
    return after(now, earlier=past.ledger, hidden=past.hidden, unchanged=pairs)


def _places(found: Page) -> Places:
    return {known: list(keys) for known, keys in found.known.items()}


def _merged(now: Places, past: Places) -> Places:
    """Give where every known answer stands, those of the past one step further back."""
    merged = {known: list(keys) for known, keys in now.items()}
    for known, keys in past.items():
        merged.setdefault(known, []).extend(Earlier(key) for key in keys)
    return merged


def _is_printed(key: str, shown: Mapping[str, float | None]) -> bool:
    """Tell whether a release printed a number of its ledger."""
    if key.endswith("#rest"):
        return True
    base, _, carried = key.partition("#")
    if carried:
        return shown.get(base) is not None
    if key.startswith("change|"):
        return key.rpartition("|")[0] in shown
    return key in shown
