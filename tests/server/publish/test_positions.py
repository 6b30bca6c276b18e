"""Positions in releases: nothing that is published holds where a site is, in any file, in any week.

The six sites of the operation lie at places whose digits stand nowhere else; every file of three weekly releases
is searched for them, opened where it is packed, and read as the attacker reads it.
"""

import csv
import json
import math
import re
import zlib
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.server import weekly
from tests.server.weekly import Field

from opendtm.report.positions import PositionKind
from opendtm_server.collect import store
from opendtm_server.govern.house_key import KEY_FILE
from opendtm_server.matrix.actions import run_matrix
from opendtm_server.places import actions as places
from opendtm_server.places.models import Site
from opendtm_server.places.problems import PositionKeyChanged
from opendtm_server.publish.actions import release_site_needs
from opendtm_server.publish.models import Release, ReleaseFile
from opendtm_server.publish.reports import report_of

pytestmark = pytest.mark.django_db
TRUE = {
    code: ((20.0 if area == "TL101" else 21.0) + 0.3171 + n * 0.08237, 5.2639 + n * 0.09173)
    for n, (code, (_name, _kind, area)) in enumerate(weekly.SITES.items())
}
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


@pytest.fixture
def field(work: Field, house_folders: Path) -> Field:
    """Give the operation with its sites where their digits tell, and the house a fixed key."""
    (house_folders / KEY_FILE).write_text("5a" * 32, encoding="ascii")
    for code, (longitude, latitude) in TRUE.items():
        Site.objects.filter(code=code).update(longitude=longitude, latitude=latitude)
    return work


def release(field: Field, number: int) -> Release:
    """Release a round."""
    return release_site_needs(run_matrix(field.round(number), by=field.manager), by=field.manager)


def content(file: ReleaseFile) -> bytes:
    """Give all that a file says, with what is packed in it opened."""
    raw = store.read_kept(file.release.operation.code, file.sha256)
    if file.format == "xlsx":
        with ZipFile(BytesIO(raw)) as book:
            return b"\n".join(book.read(name) for name in book.namelist())
    if file.format == "pdf":
        return raw + b"\n".join(_opened(packed) for packed in _STREAM.findall(raw))
    return raw


def _opened(packed: bytes) -> bytes:
    try:
        return zlib.decompress(packed)
    except zlib.error:
        return packed


def digits() -> list[bytes]:
    """Give the true degrees to four decimals, about ten metres, as any file would begin to write them."""
    return [
        f"{math.floor(degree * 10_000) / 10_000:.4f}".encode()
        for place in TRUE.values()
        for degree in place
    ]


def table(made: Release) -> dict[str, dict[str, str]]:
    """Read the table of a release, by site."""
    file = made.files.get(format="csv", language="en")
    text = StringIO(store.read_kept(made.operation.code, file.sha256).decode("utf-8-sig"))
    head, _hxl, *rows = csv.reader(text)
    lines = [dict(zip(head, row, strict=True)) for row in rows]
    return {line["site_id"]: line for line in lines}


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Give a distance on a flat ground, good to a percent between places of a few kilometres."""
    east = (one[0] - other[0]) * math.cos(math.radians(one[1])) * 111_320
    return math.hypot(east, (one[1] - other[1]) * 110_600)


def test_no_byte_of_a_release_holds_where_a_site_is(field: Field, client: Client) -> None:
    made = release(field, 3)
    said = {file.name: content(file) for file in made.files.all()}
    assert any(name.endswith(".pdf") for name in said)
    found = {name for name, words in said.items() if any(each in words for each in digits())}
    assert found == set()
    rows = table(made)
    for site, true in TRUE.items():
        at = float(rows[site]["longitude"]), float(rows[site]["latitude"])
        assert 490 <= metres(true, at) <= 2020
        assert (rows[site]["position_kind"], rows[site]["position_moved_up_to_m"]) == (
            "displaced",
            "2000",
        )
    for lang, words in (("en", "up to 2 km"), ("fr", "2 km au plus")):
        for form in ("html", "geojson", "xlsx", "svg", "points"):
            file = made.files.get(format=form, language=lang)
            assert words.encode() in content(file), (form, lang)
    address = ["publish:points", "publish:map"]
    asked = [made.operation.code, made.product, made.number]
    for name in address:
        answer = client.get(reverse(name, args=asked))
        assert not any(each in answer.getvalue() for each in digits())


def test_control_the_search_finds_positions_that_are_published_exactly(
    field: Field, head: User, quick_pdf: None
) -> None:
    exact = PositionKind.EXACT
    places.set_position_rule(operation=field.operation, public=exact, partners=exact, by=head)
    made = release(field, 3)
    said = {file.format: content(file) for file in made.files.filter(language="en", sector="")}
    for form in ("csv", "geojson", "xlsx", "points"):
        assert any(each in said[form] for each in digits()), form


def test_attacker_with_every_weekly_release_knows_no_more_than_with_one(
    field: Field, quick_pdf: None
) -> None:
    """All that a release tells of a place is one point; three weeks tell the same one, so nothing can be averaged."""
    seen: dict[str, set[tuple[str, str]]] = {site: set() for site in TRUE}
    for number in (1, 2, 3):
        made = release(field, number)
        for site, row in table(made).items():
            seen[site].add((row["longitude"], row["latitude"]))
        file = made.files.get(format="points", language="fr")
        points = json.loads(store.read_kept(made.operation.code, file.sha256))["features"]
        for point in points:
            longitude, latitude = point["geometry"]["coordinates"]
            seen[point["properties"]["code"]].add((repr(longitude), repr(latitude)))
    assert {len(points) for points in seen.values()} == {1}


def test_release_by_another_key_is_refused_until_the_old_one_is_said_to_be_lost(
    field: Field, head: User, house_folders: Path, quick_pdf: None
) -> None:
    """Two keys give two rings around each site; where they cross it is nearly found."""
    first = table(release(field, 1))
    (house_folders / KEY_FILE).write_text("00" * 32, encoding="ascii")
    with pytest.raises(PositionKeyChanged) as problem:
        release(field, 2)
    assert problem.value.code == "OD992"
    assert Release.objects.count() == 1
    with pytest.raises(PermissionDenied):
        places.accept_new_key(operation=field.operation, by=field.manager)
    places.accept_new_key(operation=field.operation, by=head)
    second = table(release(field, 2))
    assert all(first[site]["latitude"] != second[site]["latitude"] for site in TRUE)


def test_small_sites_and_those_of_which_no_number_is_told_are_shown_by_their_area(
    field: Field, head: User, quick_pdf: None
) -> None:
    """S5 has 0 persons, S6 unknown; S1 (400) and S3 (3) are withheld together and look alike."""
    places.set_position_rule(
        operation=field.operation,
        public=PositionKind.DISPLACED,
        partners=PositionKind.DISPLACED,
        small_below=150,
        by=head,
    )
    rows = table(release(field, 3))
    kinds = {site: row["position_kind"] for site, row in rows.items()}
    assert kinds == {
        "S1": "area",
        "S2": "displaced",
        "S3": "area",
        "S4": "area",
        "S5": "area",
        "S6": "area",
    }
    assert {rows[site]["latitude"] for site, kind in kinds.items() if kind == "area"} == {""}


def test_report_of_a_run_never_leaves_the_room_with_true_positions(field: Field) -> None:
    run = run_matrix(field.round(3), by=field.manager)
    report = report_of(run, number=1, made_at=timezone.now())
    lines = [*report.sites, *report.map.sites, *(row for b in report.sectors for row in b.sites)]
    true = {degree for place in TRUE.values() for degree in place}
    assert not true & {degree for row in lines for degree in (row.latitude, row.longitude)}
    assert len(lines) > 12
