"""The small chart of one place: what is drawn for each round, and the same in words.

1. A line for rounds that may be read across, a full dot for each observed round, a hollow one for a carried round.
2. A dashed line stands before a round of another method or coverage.
3. The words name every round; nothing known still gives a picture.
"""

from xml.etree import ElementTree

import pytest

from opendtm.measure.warning import History, Reading
from opendtm.render.chart_history import Ahead, history_chart

SVG = "{http://www.w3.org/2000/svg}"
HISTORY = History(
    "A",
    (
        Reading(100, basis="a"),
        Reading(110, basis="a"),
        None,
        Reading(120, carried=120, basis="a"),
        Reading(150, basis="b"),
    ),
)
ROUNDS = (3, 4, 5, 6, 7)


def drawn(history: History, lang: str = "en", ahead: Ahead | None = None) -> ElementTree.Element:
    """Draw and read back."""
    picture = history_chart(history, lang, rounds=ROUNDS[: len(history.readings)], ahead=ahead)
    return ElementTree.fromstring(picture)  # noqa: S314 - drawn here


def test_dots_lines_and_breaks_stand_for_rounds() -> None:
    root = drawn(HISTORY)
    groups = list(root.iter(f"{SVG}g"))
    dots = {group.get("fill"): len(group.findall(f"{SVG}circle")) for group in groups}
    assert (dots["currentColor"], dots["none"]) == (3, 1)
    dashed = [group for group in groups if group.get("stroke-dasharray")]
    assert [len(group) for group in dashed] == [1]
    joined = [path for path in root.iter(f"{SVG}path") if "L" in (path.get("d") or "")]
    assert len(joined) == 1


def test_words_name_every_round() -> None:
    assert drawn(HISTORY).get("aria-label") == (
        "3: 100; 4: 110; 5: not known; 6: 120 (mostly carried forward); "
        "7: 150 (counted by another method from here on)"
    )
    assert "en majeure partie reconduit" in (drawn(HISTORY, "fr").get("aria-label") or "")


def test_forecast_takes_a_place_of_its_own_above_its_round() -> None:
    without = len(list(drawn(HISTORY).iter(f"{SVG}path")))
    ahead = list(drawn(HISTORY, ahead=Ahead(160, 140, 300)).iter(f"{SVG}path"))
    assert len(ahead) == without + 2


@pytest.mark.parametrize("readings", [(None, None), (Reading(0),), (Reading(None), Reading(0.5))])
def test_nothing_or_zero_still_gives_a_picture(readings: tuple[Reading | None, ...]) -> None:
    assert "NaN" not in history_chart(History("A", readings), "en", rounds=ROUNDS[: len(readings)])
