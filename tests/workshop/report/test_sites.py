"""Sites of foreign files keep the source's identifiers; made ones are marked and never merged."""

from tests.workshop.observing import table

from opendtm.report import sites_from


def test_sites_with_identifiers_keep_them() -> None:
    found = sites_from(table([{"site_id": "A"}, {"site_id": "B"}]))
    assert [site.site_id for site in found] == ["A", "B"]


def test_sites_of_the_same_name_and_other_identifiers_stay_apart() -> None:
    rows = [{"site_id": "A", "site_name": "Camp"}, {"site_id": "B", "site_name": "Camp"}]
    assert len(sites_from(table(rows))) == 2


def test_site_in_several_rows_is_one_with_gaps_filled() -> None:
    rows = [
        {"site_id": "A", "site_name": "Camp", "site_type": None, "latitude": 1.0},
        {"site_id": "A", "site_name": "Other", "site_type": "camp", "latitude": 2.0},
    ]
    (site,) = sites_from(table(rows))
    assert (site.name, site.site_type, site.latitude) == ("Camp", "camp", 1.0)


def test_site_without_identifier_is_marked() -> None:
    rows = [{"site_id": None, "site_name": "École Nord", "adm1_code": "ZZ01", "adm2_name": "Doufa"}]
    (site,) = sites_from(table(rows))
    assert site.site_id == "name:zz01/doufa/ecole-nord"
    assert site.name == "École Nord"


def test_sites_without_identifier_and_the_same_name_are_told_apart() -> None:
    rows = [{"site_id": None, "site_name": "Camp"}, {"site_id": None, "site_name": "Camp"}]
    assert [site.site_id for site in sites_from(table(rows))] == ["name:camp", "name:camp~2"]


def test_site_without_any_name_is_called_by_its_row() -> None:
    (site,) = sites_from(table([{"idp_individuals": 5.0}]))
    assert site.site_id == "name:file.csv#sheet!2"


def test_site_of_unknown_status_is_open() -> None:
    rows = [{"site_id": "A", "site_status": None}, {"site_id": "B", "site_status": "closed"}]
    assert [site.status for site in sites_from(table(rows))] == ["open", "closed"]
