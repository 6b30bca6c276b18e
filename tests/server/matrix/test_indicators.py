"""Pages of indicators, and the reviews that persons of an operation sign.

1. The list is narrowed by component, state and words; a page shows formula, examples and thresholds.
2. A review is signed once, by who may compute, of the definition that was read; others see it beside every figure.
3. A changed definition is no longer reviewed; a review can be taken back by its signer and by who governs.
"""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.test import Client
from tests.server import factories

from opendtm import catalogue, measure
from opendtm_server.govern.models import AuditEvent, Operation
from opendtm_server.govern.roles import Role
from opendtm_server.matrix.actions import sign_definition, withdraw_review
from opendtm_server.matrix.models import Run
from opendtm_server.matrix.reviews import State, standing, standings

Browse = Callable[[User], Client]
NAME = "idp_individuals"


def address(operation: Operation, name: str = "", lang: str = "en", query: str = "") -> str:
    """Give the address of the list, or of one indicator."""
    return f"/{lang}/desk/{operation.code}/indicators/{name + '/' if name else ''}{query}"


def signed(client: Client, operation: Operation, **values: str) -> str:
    """Send the review of an indicator; give the page that follows."""
    sent = {"note": "Read with the form.", "definition": catalogue.fingerprints()[NAME]} | values
    return client.post(address(operation, NAME), sent, follow=True).content.decode()


def test_list_is_narrowed_by_component_state_and_words(
    browse: Browse, operation: Operation, manager: User, cluster: User
) -> None:
    sign_definition(measure.indicator(NAME), operation=operation, note="", by=manager)
    client = browse(cluster)

    def codes(query: str) -> set[str]:
        table = client.get(address(operation, query=query)).context["table"]
        assert table.known == len(measure.indicators())
        return {row.cells[3].value for row in table.rows}

    assert codes("?review=reviewed") == {NAME}
    assert NAME not in codes("?review=unreviewed&search=internally displaced persons")
    assert codes("?search=IDP_individuals") == {NAME}
    assert codes("?search=nobody counts this") == set()
    surveys = codes("?component=surveys")
    assert {measure.indicator(name).component.value for name in surveys} == {"surveys"}
    assert (
        client.get(address(operation, query="?component=moon&page=-4&review=%00")).status_code
        == 200
    )


@pytest.mark.parametrize(("lang", "words"), [("en", "Small numbers"), ("fr", "Petits nombres")])
def test_page_shows_the_formula_and_the_worked_examples(
    browse: Browse, operation: Operation, cluster: User, lang: str, words: str
) -> None:
    text = browse(cluster).get(address(operation, NAME, lang)).content.decode()
    one = measure.indicator(NAME)
    for said in (one.label.text(lang), one.definition.text(lang), one.examples[0].note.text(lang)):
        assert said in text.replace("&#x27;", "'")
    assert words in text
    assert "<td>120</td>" in text


def test_pages_open_by_right(
    browse: Browse, operation: Operation, cluster: User, facilitator: User
) -> None:
    stranger = factories.UserFactory.create()
    for path in (address(operation), address(operation, NAME)):
        found = [browse(user).get(path).status_code for user in (cluster, facilitator, stranger)]
        assert found == [200, 403, 404]
    assert browse(cluster).get(address(operation, "no_such")).status_code == 404


def test_review_is_signed_once_and_stands_beside_the_figure(
    browse: Browse, run: Run, manager: User, cluster: User
) -> None:
    operation = run.round.operation
    client = browse(manager)
    assert "Your review is signed." in signed(client, operation)
    assert "Sign the review" not in signed(client, operation)
    (review,) = standing(operation, NAME).current
    assert (review.signed_by, review.note) == (manager.username, "Read with the form.")
    assert AuditEvent.objects.filter(action="sign_definition", subject=NAME).count() == 1
    figure = run.figures.filter(indicator=NAME).first()
    assert figure
    path = f"/en/desk/{operation.code}/figures/{figure.pk}/"
    page = browse(cluster).get(path).content.decode()
    assert f", {manager.username}</dd>" in page
    assert f'href="{address(operation, NAME)}"' in page


def test_who_may_not_compute_reads_reviews_and_signs_none(
    browse: Browse, operation: Operation, cluster: User, manager: User
) -> None:
    sign_definition(measure.indicator(NAME), operation=operation, note="", by=manager)
    client = browse(cluster)
    text = client.get(address(operation, NAME)).content.decode()
    assert manager.username in text
    assert "Sign the review" not in text
    assert "Withdraw" not in text
    sent = {"note": "", "definition": catalogue.fingerprints()[NAME]}
    assert client.post(address(operation, NAME), sent).status_code == 403


def test_definition_that_changed_while_it_was_read_is_not_signed(
    browse: Browse, operation: Operation, manager: User
) -> None:
    text = signed(browse(manager), operation, definition="0" * 64)
    assert "The definition has changed since this page was opened." in text
    assert not standing(operation, NAME).reviews


def test_review_of_an_earlier_definition_holds_no_longer(
    browse: Browse, operation: Operation, manager: User
) -> None:
    review = sign_definition(measure.indicator(NAME), operation=operation, note="", by=manager)
    operation.definition_reviews.filter(pk=review.pk).update(definition_sha256="0" * 64)
    assert standings(manager, operation)[NAME].state is State.CHANGED
    text = browse(manager).get(address(operation, NAME)).content.decode()
    assert "Definition changed since its review." in text
    assert "of an earlier definition" in text
    assert "Sign the review" in text


def test_review_is_taken_back_by_its_signer_or_who_governs(
    browse: Browse, operation: Operation, manager: User
) -> None:
    one = measure.indicator(NAME)
    other, head = (
        factories.MembershipFactory.create(operation=operation, role=role).user
        for role in (Role.INFORMATION_MANAGER, Role.HEAD_OF_MISSION)
    )
    review = sign_definition(one, operation=operation, note="", by=manager)
    with pytest.raises(PermissionDenied):
        withdraw_review(review, by=other)
    path = f"{address(operation, NAME)}withdraw/{review.pk}/"
    assert browse(head).get(path).status_code == 405
    text = browse(head).post(path, follow=True).content.decode()
    assert "The review is withdrawn." in text
    assert standing(operation, NAME).state is State.UNREVIEWED
    browse(manager).post(path)  # once more: nothing happens
    assert AuditEvent.objects.filter(action="withdraw_definition_review").count() == 1
    assert sign_definition(one, operation=operation, note="", by=manager).pk != review.pk


def test_review_of_another_operation_does_not_exist(
    browse: Browse, operation: Operation, manager: User
) -> None:
    elsewhere = factories.OperationFactory.create()
    head = factories.MembershipFactory.create(operation=elsewhere, role=Role.HEAD_OF_MISSION).user
    review = sign_definition(measure.indicator(NAME), operation=operation, note="", by=manager)
    path = f"{address(elsewhere, NAME)}withdraw/{review.pk}/"
    assert browse(head).post(path).status_code == 404
    assert standing(operation, NAME).state is State.REVIEWED
