"""A glance finds what the whole reading finds of the same questions, however odd the document is."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opendtm.errors.forms import SubmissionEncrypted, SubmissionOfOtherForm
from opendtm.forms import FormDefinition, Glance, open_submission, to_observation

CONCEPTS = frozenset({"site_id", "assessment_date", "access"})
TABLE = """
    | survey |
    | | type               | name   | label  | opendtm::concept |
    | | text               | site   | Site   | site_id          |
    | | integer            | hh     | HH     | idp_households   |
    | | image              | photo  | Photo  |                  |
    | | begin_group        | g      | G      |                  |
    | | date               | day    | Day    | assessment_date  |
    | | end_group          |        |        |                  |
    | | begin_repeat       | people | People |                  |
    | | audio              | voice  | Voice  |                  |
    | | text               | way    | Way    | access           |
    | | end_repeat         |        |        |                  |
    | settings |
    | | form_id | version |
    | | visit   | 3       |
"""
LEAVES = [
    *("<site>S1</site>", "<site> S2 </site>", "<site/>", "<x:site xmlns:x='urn:x'>S3</x:site>"),
    *(
        "<photo>a.jpg</photo>",
        "<photo><site>S4</site></photo>",
        "<hh>many</hh>",
        "<odd>b.jpg</odd>",
    ),
    *("<day>2026-11-20</day>", "<day>yesterday</day>", "<voice>c.m4a</voice>", "<way>yes</way>"),
]
BODY = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.tuples(st.sampled_from(["g", "people", "odd"]), st.lists(inner)).map(
        lambda made: f"<{made[0]}>{''.join(made[1])}</{made[0]}>"
    ),
)


def _xml(body: str, attributes: str = 'id="visit" version="3"') -> bytes:
    return (
        f"<data {attributes}>{body}<meta><instanceID>uuid:1</instanceID></meta></data>"
    ).encode()


@pytest.fixture
def visit(form_of: Callable[[str], FormDefinition]) -> FormDefinition:
    """Give a small form of a visit."""
    return form_of(TABLE)


@settings(
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=st.lists(BODY).map("".join))
def test_glance_agrees_with_the_whole_reading(visit: FormDefinition, body: str) -> None:
    opened = open_submission(_xml(body))
    whole, glanced = opened.read(visit), opened.glance(Glance(visit, CONCEPTS))
    observed = to_observation(whole)
    assert to_observation(glanced) == {name: observed[name] for name in CONCEPTS & observed.keys()}
    assert sorted(glanced.attachments) == sorted(whole.attachments)
    assert (glanced.instance_id, glanced.version) == (whole.instance_id, whole.version)


def test_glance_passes_by_what_it_is_not_about(visit: FormDefinition) -> None:
    glanced = open_submission(_xml("<hh>many</hh><odd>1</odd><site>S1</site>")).glance(
        Glance(visit, CONCEPTS)
    )
    assert [(answer.path, answer.value) for answer in glanced.answers] == [("/site", "S1")]
    assert (glanced.findings, glanced.unexpected) == ((), ())


def test_glance_refuses_what_the_whole_reading_refuses(visit: FormDefinition) -> None:
    glance = Glance(visit, CONCEPTS)
    with pytest.raises(SubmissionOfOtherForm):
        open_submission(_xml("", 'id="other"')).glance(glance)
    sealed = _xml("<base64EncryptedKey>k</base64EncryptedKey>", 'id="visit" encrypted="yes"')
    with pytest.raises(SubmissionEncrypted):
        open_submission(sealed).glance(glance)
