"""Real boundary files of two countries, brought in level by level."""

from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from opendtm_server.govern.models import Operation
from opendtm_server.places import actions, queries
from opendtm_server.places.problems import AreasRefused

pytestmark = [pytest.mark.shared, pytest.mark.django_db]
DAY = date(2026, 1, 1)


def bring_in(path: Path, operation: Operation, by: User) -> actions.Import:
    return actions.import_areas(
        path=path, source="OCHA COD-AB", valid_from=DAY, operation=operation, by=by
    )


@pytest.mark.parametrize(("country", "counts"), [("caf", (17, 72, 175)), ("mli", (9, 50, 701))])
def test_levels_of_a_country_are_kept(
    shared: Path, operation: Operation, manager: User, country: str, counts: tuple[int, ...]
) -> None:
    for level, count in enumerate(counts, start=1):
        path = shared / f"geo/cod_ab_geojson/{country}_adm{level}.geojson"
        assert bring_in(path, operation, manager).areas == count
    places = [place for place, _shape in queries.areas_on(operation, DAY)]
    assert len(places) == sum(counts)
    codes = {place.code for place in places}
    assert all(place.parent in codes for place in places if place.level > 1)


def test_file_with_rows_without_codes_is_refused_whole(
    shared: Path, operation: Operation, manager: User
) -> None:
    with pytest.raises(AreasRefused):
        bring_in(shared / "geo/cod_ab_geojson/caf_adm4.geojson", operation, manager)
    assert list(queries.areas_on(operation, DAY)) == []
