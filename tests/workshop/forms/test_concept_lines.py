"""Lines that say what somebody else's questions measure, and which of their codes are which of ours."""

import pytest

from opendtm.errors.forms import ConceptLineUnfit
from opendtm.forms import concept_lines, read_form, read_submission, to_observation, with_concepts

FORM = read_form(b"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:opendtm="urn:opendtm:xforms"><h:head><h:title>F</h:title><model><instance><data id="f" version="1">
<water/><needs/><reach/><persons/></data></instance>
<bind nodeset="/data/water" type="string"/><bind nodeset="/data/needs" type="select"/>
<bind nodeset="/data/reach" type="int" opendtm:concept="access"/><bind nodeset="/data/persons" type="int"/>
</model></h:head><h:body><select ref="/data/needs"><label>N</label>
<item><label>F</label><value>f</value></item></select></h:body></h:html>""")
SENT = (
    b'<data id="f" version="1"><water>1</water><needs>f h x</needs><reach>0</reach>'
    b"<persons>5</persons></data>"
)


def observed(lines: str) -> dict[str, object]:
    form = with_concepts(FORM, concept_lines(lines, FORM))
    return dict(to_observation(read_submission(SENT, form), form))


@pytest.mark.parametrize(
    ("lines", "name", "expected"),
    [
        ("water: need_wash 1=critical 2=serious", "need_wash", "critical"),
        ("water: need_wash 2=serious", "need_wash", "1"),
        ("water : need_wash 1=critical   # as agreed", "need_wash", "critical"),
        ("needs: priority_needs f=food h=health", "priority_needs", ("food", "health", "x")),
        ("reach: access 0=no 1=yes", "access", "no"),
        ("reach: need_wash 0=critical", "access", "0"),
        ("persons: idp_individuals", "idp_individuals", 5.0),
    ],
)
def test_codes_of_the_form_become_ours(lines: str, name: str, expected: object) -> None:
    assert observed(lines)[name] == expected


@pytest.mark.parametrize(
    "line",
    [
        "water: need_wash 1=no_such_code",
        "persons: idp_individuals 5=five",
        "water: need_wash 1=",
        "water: need_wash =critical",
        "water: need_wash 1 critical",
        "water: 1=critical",
    ],
)
def test_line_with_a_code_that_is_none_is_refused(line: str) -> None:
    with pytest.raises(ConceptLineUnfit):
        concept_lines(line, FORM)


def test_lines_are_kept_in_one_form_whatever_stood_between() -> None:
    lines = "water:   need_wash   1=critical     2=serious\npersons: idp_individuals"
    assert concept_lines(lines, FORM) == {
        "/water": "need_wash 1=critical 2=serious",
        "/persons": "idp_individuals",
    }
