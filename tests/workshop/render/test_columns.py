"""The columns of the site table are the same for ever, in every format and for every report."""

from tests.workshop.factories import make_report

from opendtm.i18n import LANGUAGES
from opendtm.render.columns import heading, site_columns
from opendtm.vocab import concepts

NAMES = [
    "operation",
    "round",
    "period_start",
    "period_end",
    "site_id",
    "site_name",
    "adm0_code",
    "adm0_name",
    "adm1_code",
    "adm1_name",
    "adm2_code",
    "adm2_name",
    "adm3_code",
    "adm3_name",
    "latitude",
    "longitude",
    "site_type",
    "site_type_name",
    "coverage",
    "coverage_name",
    "as_of",
    "figure_method",
    "figure_method_name",
    "idp_individuals",
    "idp_households",
    "returnee_individuals",
    "returnee_households",
    "host_individuals",
    "host_households",
    "arrivals_individuals",
    "arrivals_households",
    "departures_individuals",
    "departures_households",
    "need_protection",
    "need_wash",
    "need_health",
    "need_food_security",
    "need_shelter",
    "need_security",
    "need_education",
    "need_nfi",
    "need_nutrition",
    "need_livelihood",
    "source",
    "position_kind",
    "position_kind_name",
    "position_moved_up_to_m",
]


def test_columns_have_the_names_that_users_rely_on() -> None:
    assert [column.name for column in site_columns(make_report())] == NAMES


def test_columns_of_a_report_without_needs_are_the_same() -> None:
    names = [column.name for column in site_columns(make_report(n_sites=1, with_needs=False))]
    assert names == NAMES


def test_columns_of_the_dictionary_carry_its_hashtags() -> None:
    for column in site_columns(make_report(n_sites=1)):
        if column.name in concepts():
            assert column.hxl == concepts()[column.name].hxl


def test_hashtags_are_well_formed_and_never_repeat() -> None:
    hashtags = [column.hxl for column in site_columns(make_report(n_sites=1))]
    assert all(tag.startswith("#") and " " not in tag for tag in hashtags)
    assert len(set(hashtags)) == len(hashtags)


def test_headings_exist_in_every_language() -> None:
    for column in site_columns(make_report(n_sites=1)):
        assert all(heading(column, lang) for lang in LANGUAGES)
