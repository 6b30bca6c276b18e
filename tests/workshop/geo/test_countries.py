"""The world's countries: who lies around a box, who holds a position, what they are called."""

from pathlib import Path

import pytest
import shapely

from opendtm.errors.geo import WorldFileMissing
from opendtm.geo import alpha3, countries, countries_around, countries_holding, country_name
from opendtm.geo.outlines import Box

CAR = (14.4, 2.2, 27.5, 11.0)


@pytest.mark.parametrize(
    ("box", "codes"),
    [
        (CAR, {"CAF", "TCD", "SDN", "SSD", "COD", "COG", "CMR"}),
        ((-12.3, 10.1, 4.3, 25.0), {"MLI", "DZA", "NER", "BFA", "CIV", "GIN", "SEN", "MRT"}),
        ((41.7, 10.9, 43.5, 12.8), {"DJI", "ERI", "ETH", "SOM", "YEM"}),
        ((43.0, 33.0, 44.0, 34.0), {"IRQ"}),
    ],
)
def test_countries_around_a_box(box: Box, codes: set[str]) -> None:
    found = {country.iso3 for country in countries_around(box, margin=0)}
    assert codes <= found
    wider = {country.iso3 for country in countries_around(box, margin=3)}
    assert found < wider


def test_countries_around_nothing_but_sea() -> None:
    assert countries_around((-35, -35, -30, -30), margin=0) == []


@pytest.mark.parametrize(
    ("point", "code"),
    [((18.55, 4.40), "CAF"), ((-7.99, 12.65), "MLI"), ((44.36, 33.31), "IRQ"), ((44.06, 9.56), "SOM"),
     ((31.60, 4.85), "SSD")],
)  # fmt: skip
def test_country_holds_its_towns(point: tuple[float, float], code: str) -> None:
    assert [country.iso3 for country in countries_holding([point])] == [code]


def test_nobody_holds_the_open_sea_or_nothing() -> None:
    assert countries_holding([(-30.0, -30.0)]) == []
    assert countries_holding([]) == []


def test_every_country_has_one_valid_shape() -> None:
    world = countries.world()
    assert len(world) > 200
    assert all(shapely.is_valid([country.geometry for country in world]))
    codes = [country.iso3 for country in world if country.iso3]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("code", "en", "fr"),
    [
        ("CAF", "Central African Republic", "République centrafricaine"),
        ("cf", "Central African Republic", "République centrafricaine"),
        ("COD", "Dem. Rep. of the Congo", "Rép. dém. du Congo"),
        ("TD", "Chad", "Tchad"),
        ("SSD", "South Sudan", "Soudan du Sud"),
        ("zzz", None, None),
        ("ZZ", None, None),
        ("nowhere", None, None),
    ],
)
def test_country_is_named_in_both_languages(code: str, en: str | None, fr: str | None) -> None:
    assert (country_name(code, "en"), country_name(code, "fr")) == (en, fr)


@pytest.mark.parametrize(
    ("code", "expected"), [("CF", "CAF"), ("caf", "CAF"), ("140", "CAF"), ("nowhere", None)]
)
def test_code_of_three_letters(code: str, expected: str | None) -> None:
    assert alpha3(code) == expected


def test_missing_world_file_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(countries, "WORLD", tmp_path / "absent.json")
    countries.world.cache_clear()
    with pytest.raises(WorldFileMissing) as caught:
        countries.world()
    countries.world.cache_clear()
    assert "make build" in caught.value.remedy_text("fr")
