"""The portal: open to everybody, in both languages, safe to cache, and never more than a release prints."""

import itertools
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from tests.server.weekly import Field

from opendtm_server.govern.models import Operation
from opendtm_server.matrix.actions import run_matrix
from opendtm_server.matrix.models import Figure, Run
from opendtm_server.publish import queries
from opendtm_server.publish.actions import release_site_needs
from opendtm_server.publish.models import Release

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_pdf")]


@pytest.fixture
def base(release: Release) -> str:
    """Give the release's address without its language."""
    return f"/{release.operation.code}/releases/site-needs/{release.number}/"


@pytest.mark.parametrize(
    ("accepts", "lang"), [("fr-CF,fr;q=0.9", "fr"), ("en", "en"), ("de", "en")]
)
def test_root_leads_to_the_readers_language(client: Client, accepts: str, lang: str) -> None:
    answer = client.get("/", headers={"Accept-Language": accepts})
    assert (answer.status_code, answer["Location"]) == (302, f"/{lang}/")
    assert "Accept-Language" in answer["Vary"]


def test_permanent_address_leads_to_the_readers_language(client: Client, base: str) -> None:
    answer = client.get(base, headers={"Accept-Language": "fr"})
    assert (answer.status_code, answer["Location"]) == (302, f"/fr{base}")


def test_front_page_says_that_nothing_is_published_yet(
    client: Client, operation: Operation
) -> None:
    assert "Nothing has been published yet" in client.get("/en/").content.decode()
    assert client.get(f"/en/{operation.code}/").status_code == 404


def test_every_page_opens_to_strangers_in_both_languages(
    client: Client, release: Release, base: str
) -> None:
    pages = ("/", f"/{release.operation.code}/", base, f"{base}figures/idp_individuals||/")
    for lang, address in itertools.product(("en", "fr"), pages):
        answer = client.get(f"/{lang}{address}")
        assert answer.status_code == 200, address
        assert answer["Cache-Control"] == "public, max-age=60"
        assert "Cookie" in answer["Vary"]
        assert ("Se connecter" in answer.content.decode()) == (lang == "fr")


def test_front_page_shows_headline_figures_that_open(
    client: Client, release: Release, base: str
) -> None:
    page = client.get("/en/").content.decode()
    assert "773" in page
    assert f'href="/en{base}figures/{quote("idp_individuals||")}/"' in page
    assert f'src="/en{base}map.svg"' in page


def test_release_page_links_figures_and_files(client: Client, release: Release, base: str) -> None:
    page = client.get(f"/en{base}").content.decode()
    assert 'href="figures/idp_individuals%7C%7C/"' in page
    assert 'href="figures/idp_individuals%7CS2%7C/"' in page
    assert "idp_individuals%7CS3%7C" not in page
    for file in release.files.filter(language="en", format__in=["pdf", "xlsx", "csv", "geojson"]):
        assert f"files/{file.name}" in page


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES = {
    "pdf": ("application/pdf", "inline"),
    "html": ("text/html; charset=utf-8", "attachment"),
    "xlsx": (XLSX, "attachment"),
    "csv": ("text/csv; charset=utf-8", "attachment"),
    "geojson": ("application/geo+json", "attachment"),
}


def test_file_comes_with_its_type_and_is_kept_for_ever(
    client: Client, release: Release, base: str
) -> None:
    for form, (kind, disposition) in FILES.items():
        file = release.files.get(format=form, language="fr", sector="")
        answer = client.get(f"/fr{base}files/{file.name}")
        assert (answer.status_code, answer["Content-Type"]) == (200, kind)
        assert answer["Content-Disposition"] == f'{disposition}; filename="{file.name}"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in answer["Cache-Control"]
        assert len(b"".join(answer.streaming_content)) == file.size


def test_parts_of_the_map_open(client: Client, base: str) -> None:
    for name in ("map.svg", "map-narrow.svg", "points.geojson", "areas.geojson"):
        answer = client.get(f"/en{base}{name}")
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content)


MISSING = (
    "nowhere/",
    "{code}/releases/site-needs/99/",
    "{code}/releases/other/1/",
    "{code}/releases/site-needs/1/files/none.pdf",
    "{code}/releases/site-needs/1/files/{figures}",
    "{code}/releases/site-needs/1/figures/none||/",
    "{code}/releases/site-needs/1/figures/idp_individuals|S3|/",
    "{code}/releases/site-needs/1/figures/idp_individuals|S1|/",
    "{code}/releases/site-needs/1/figures/idp_individuals|TL2|/",
    "{code}/releases/site-needs/1/figures/need_idps_shelter||/",
)


def test_what_is_unknown_or_withheld_does_not_exist(client: Client, release: Release) -> None:
    figures = release.files.get(format="figures").name
    for path in MISSING:
        address = path.format(code=release.operation.code, figures=figures)
        assert client.get(f"/en/{quote(address)}").status_code == 404, path


def test_figure_page_leads_staff_to_the_submissions(
    client: Client, release: Release, base: str, cluster: User
) -> None:
    address = f"/en{base}figures/idp_individuals|S2|/"
    assert "desk" not in client.get(address).context["desk_href"]
    client.force_login(cluster)
    answer = client.get(address)
    row = Figure.objects.get(run=release.run, indicator="idp_individuals", place_code="S2")
    desk = reverse("matrix:figure", args=[release.operation.code, row.pk])
    assert answer.context["desk_href"] == desk
    assert answer["Cache-Control"] == "private, no-store"


def test_figure_page_does_not_tell_a_withheld_carried_part(
    client: Client, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/en{base}figures/idp_individuals||/"
    assert "120" in client.get(address).content.decode()
    monkeypatch.setattr(queries, "figures_shown", lambda _release: {"idp_individuals||": None})
    page = client.get(f"/en{base}figures/idp_individuals||/").content.decode()
    assert "773" in page
    assert "120" not in page


def test_replaced_release_points_to_the_newer_one(
    client: Client, work: Field, release: Release, base: str
) -> None:
    run = run_matrix(work.correct(3, "S2", "idp_individuals", 265), by=work.manager)
    release_site_needs(run, by=work.manager)
    assert "A corrected issue exists: 2." in client.get(f"/en{base}").content.decode()
    newer = client.get(f"/en{base.replace('/1/', '/2/')}").content.decode()
    assert "This issue replaces issue 1;" in newer
    assert "265" in newer


def test_desk_lists_releases_and_what_waits(
    browse: Callable[[User], Any], work: Field, release: Release, manager: User
) -> None:
    run_matrix(work.round(2), by=work.manager)
    page = browse(manager).get(f"/fr/desk/{work.operation.code}/releases/").content.decode()
    assert f"/fr/{work.operation.code}/releases/site-needs/1/" in page
    assert f"/fr/desk/{work.operation.code}/releases/new/2/" in page


def test_releasing_from_the_desk_asks_first(
    browse: Callable[[User], Any], work: Field, run: Run, manager: User
) -> None:
    address = f"/en/desk/{work.operation.code}/releases/new/3/"
    client = browse(manager)
    page = client.get(address).content.decode()
    assert "becomes issue 1" in page
    assert "Positions of the sites: Displaced." in page
    assert not Release.objects.exists()
    answer = client.post(address)
    assert answer["Location"] == f"/en/{work.operation.code}/releases/site-needs/1/"
    assert Release.objects.get().released_by == manager.get_username()
