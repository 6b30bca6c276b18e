"""Persons registered in their own name: counted by their cards, and nothing of a person in the partition."""

import re
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from tests.server import interviewed, weekly

from opendtm.forms import FormDefinition, catalogue_form, convert, read_form
from opendtm_server.collect.actions import create_list
from opendtm_server.govern.models import Operation
from opendtm_server.matrix import partition
from opendtm_server.matrix.actions import run_matrix
from opendtm_server.matrix.models import Figure, Run
from opendtm_server.matrix.problems import NothingToCompute
from opendtm_server.matrix.recomputation import compute_again
from opendtm_server.matrix.sheet import FigureSheet
from opendtm_server.verify.queries.cards import outdated

F, M = "persons_f_18_59", "persons_m_5_17"
CLOSED = {"person_name", "birth_date", "person_card_number", "identity_document", "vulnerability"}
CLOSED |= {"person_sex", "person_age", "contact_phone", "has_disability", "household_id", "consent"}


@pytest.fixture(scope="module")
def form() -> tuple[bytes, FormDefinition]:
    """Convert the form of the catalogue once."""
    xml = convert(catalogue_form("individual_registration").path).xml
    return xml, read_form(xml)


def person(card: str, day: str, site: str = "S1", **told: Any) -> dict[str, Any]:
    """Give what a phone sends of one person."""
    return {
        "consent": "yes",
        "assessment_date": day,
        "adm1_code": "TL1",
        "site_id": site,
        "person_card_number": card,
        "person_name": "Canary Person",
        "person_sex": "female",
        "person_age": 41,
        "identity_document": "none",
        "vulnerability": "chronic_illness",
        "population_group": "idp",
        "persons_registered": 1,
        F: 1,
        M: 0,
        "persons_undocumented": 0,
        **told,
    }


def figure(run: Run, indicator: str, *, by: str = "", place: str = "") -> Figure:
    """Find one figure of a run, of the whole operation unless a place is named."""
    level = {} if place else {"place_level": "none"}
    found: Figure = run.figures.get(indicator=indicator, by=by, place_code=place, **level)
    return found


def test_persons_are_counted_by_card_and_nothing_of_them_enters_the_matrix(
    operation: Operation,
    manager: User,
    facilitator: User,
    form: tuple[bytes, FormDefinition],
) -> None:
    weekly.prepare_places(operation)
    create_list(operation=operation, name="households", personal=True, by=manager)
    field = interviewed.prepare(operation, manager, facilitator, form)
    sent = [
        person("C-1", "2026-01-06"),
        person("C-1", "2026-01-08", site="S3", population_group="returnee"),  # came again, moved
        person("C-2", "2026-01-06", persons_undocumented=1),
        person("", "2026-01-06", **{F: 0, M: 1, "persons_undocumented": ""}),
        person("", "2026-01-06", **{F: 0, M: 1}),
    ]
    for number, answers in enumerate(sent):
        interviewed.send(field, f"P{number}", form[1], answers)
    interviewed.send(field, "refused", form[1], {"consent": "no", "person_card_number": "C-9"})
    field.sign(1)
    run = run_matrix(field.round(1), by=manager)
    total = figure(run, "registered_individuals")
    assert total.value == 4
    assert figure(run, "registered_individuals", place="S1").value == 3
    assert figure(run, "registered_individuals", place="S3").value == 1
    assert figure(run, "registered_individuals", by="population_group=returnee").value == 1
    assert figure(run, "registered_individuals_undocumented").value == 1
    share = figure(run, "registered_individuals_undocumented_share")
    assert share.value == pytest.approx(1 / 3)  # of three of whom it is known
    assert "Persons registered at 2 places" in FigureSheet(total, "en").coverage
    with translation.override("fr"):
        assert "Personnes enregistrées dans 2 lieux" in FigureSheet(total, "fr").coverage
    table = partition.answers(run.partition)
    assert table.num_rows == 4
    assert CLOSED.isdisjoint(table.column_names)
    assert "Canary" not in str(table.to_pylist())
    assert (compute_again(run).holds, compute_again(run).is_current) == (True, True)


def test_form_that_no_indicator_reads_is_refused(
    operation: Operation,
    manager: User,
    facilitator: User,
    form: tuple[bytes, FormDefinition],
) -> None:
    bare = re.sub(rb' [\w-]+:concept="persons_\w+"', b"", form[0])
    field = interviewed.prepare(operation, manager, facilitator, (bare, read_form(bare)))
    answers = {"consent": "yes", "site_id": "S1", "person_card_number": "C-1"}
    interviewed.send(field, "P1", read_form(bare), answers)
    field.sign(1)
    with pytest.raises(NothingToCompute):
        run_matrix(field.round(1), by=manager)


@given(st.lists(st.tuples(st.sampled_from(["", " ", "A", "B", "A "]), st.dates()), max_size=12))
def test_every_card_speaks_once_with_its_newest_record(rows: list[tuple[str, date]]) -> None:
    read = [(card, day, f"uuid:{number:02d}") for number, (card, day) in enumerate(rows)]
    kept = [one for one in read if one[2] not in outdated(read)]
    assert sorted(card.strip() for card, *_ in kept if card.strip()) == sorted(
        {card.strip() for card, _ in rows} - {""}
    )
    assert sum(not card.strip() for card, *_ in kept) == sum(not card.strip() for card, _ in rows)
    for card, day, _instance in kept:
        same = [other for named, other in rows if named.strip() == card.strip()]
        assert not card.strip() or day == max(same)
    assert outdated(read[::-1]) == outdated(read)
