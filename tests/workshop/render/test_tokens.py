"""Colours, sizes and icons: one source, legible for everybody."""

import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from opendtm.render import palette
from opendtm.render.tokens import colour, colours, tokens
from opendtm.vocab import code_list

ICONS = Path(palette.__file__).parent / "icons"
SECTORS = [(code.name, str(code.facts["colour"])) for code in code_list("sector")]
# What is left of red, green and blue for who lacks the long or the middle cones (Viénot, Brettel, Mollon 1999).
PROTAN = ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0))
DEUTAN = ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0))


def linear(hex_colour: str) -> tuple[float, ...]:
    parts = (int(hex_colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return tuple(
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )


def lightness(hex_colour: str) -> float:
    red, green, blue = linear(hex_colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((lightness(one), lightness(other)))
    return (high + 0.05) / (low + 0.05)


def distance(one: str, other: str, sight: tuple[tuple[float, ...], ...]) -> float:
    def seen(hex_colour: str) -> tuple[float, ...]:
        parts = linear(hex_colour)
        return tuple(sum(k * part for k, part in zip(row, parts, strict=True)) for row in sight)

    return sum((a - b) ** 2 for a, b in zip(seen(one), seen(other), strict=True)) ** 0.5


@pytest.mark.parametrize("ink", ["ink", "quiet", "accent", "alert"])
@pytest.mark.parametrize("back", ["paper", "ground"])
def test_text_stands_out_from_its_ground(ink: str, back: str) -> None:
    assert contrast(colour(ink), colour(back)) >= 4.5


def test_numbers_in_heat_cells_are_legible() -> None:
    for back, ink in zip(colours("need"), colours("on_need"), strict=True):
        assert contrast(back, ink) >= 4.5


@pytest.mark.parametrize("name", ["ramp", "need"])
def test_ramps_get_darker_step_by_step_in_grey_as_well(name: str) -> None:
    steps = [lightness(each) for each in colours(name)]
    assert all(after < before * 0.75 for before, after in pairwise(steps))


@pytest.mark.parametrize("sight", [PROTAN, DEUTAN])
def test_levels_of_need_differ_for_the_colour_blind(sight: tuple[tuple[float, ...], ...]) -> None:
    assert min(distance(a, b, sight) for a, b in combinations(colours("need"), 2)) > 0.15


def test_critical_sites_differ_from_others_on_the_map_without_red_and_green() -> None:
    assert distance(palette.ALERT, palette.ACCENT, PROTAN) > 0.15
    assert distance(palette.ALERT, palette.ACCENT, DEUTAN) > 0.15


@pytest.mark.parametrize(("sector", "shade"), SECTORS)
def test_sector_has_its_icon_and_a_colour_on_which_white_is_legible(
    sector: str, shade: str
) -> None:
    assert contrast(shade, "#FFFFFF") >= 4.5
    drawing = (ICONS / f"{sector}.svg").read_text(encoding="utf-8")
    assert 'fill="currentColor"' in drawing
    box = re.search(r'viewBox="([^"]+)"', drawing)
    assert box is not None
    _, _, width, height = (float(part) for part in box[1].split())
    assert width == height


def test_every_sector_has_a_colour_of_its_own() -> None:
    assert len({shade for _, shade in SECTORS}) == len(SECTORS)


def test_pictures_use_the_colours_of_the_tokens() -> None:
    known = tokens()["colour"]
    assert tuple(known[name] for name in ("ink", "quiet", "rule", "paper")) == (
        palette.INK,
        palette.QUIET,
        palette.RULE,
        palette.PAPER,
    )
    assert (
        known["accent"],
        known["accent_pale"],
        known["alert"],
    ) == (palette.ACCENT, palette.ACCENT_PALE, palette.ALERT)
    assert list(palette.RAMP) == known["ramp"]
    assert [palette.NEED[level] for level in range(4)] == known["need"]
    assert (
        known["water"],
        known["land"],
        known["ground"],
    ) == (palette.WATER, palette.LAND, palette.GROUND)


def test_no_type_is_smaller_than_seven_points() -> None:
    assert min(tokens()["type"]["page_pt"].values()) >= 7
    assert min(tokens()["type"]["screen_px"]) >= 12
