"""Entities: what a converted form declares, at its root and in repeats, and what a submission asks."""

from pathlib import Path

import pytest

from opendtm.errors.forms import NotAnXForm, NotASubmission, XmlRefused
from opendtm.forms import EntityDeclaration, convert, declared_entities, read_entities

HOUSEHOLDS = """
| survey |
| | type | name | label | save_to |
| | select_one_from_file households.csv | hh | Which | |
| | text | head | Head | head_name |
| | begin_group | more | More | |
| | integer | size | Size | hh_size |
| | end_group | | | |
| entities |
| | dataset | entity_id | create_if | update_if | label |
| | households | coalesce(${hh}, uuid()) | ${hh} = '' | ${hh} != '' | ${head} |
"""
IN_REPEAT = """
| survey |
| | type | name | label | save_to |
| | text | camp | Camp | |
| | begin_repeat | tents | Tents | |
| | text | number | Number | number |
| | end_repeat | | | |
| entities |
| | dataset | label | repeat |
| | tents | ${number} | ${tents} |
"""
HOUSEHOLD = EntityDeclaration("households", "", {"/head": "head_name", "/more/size": "hh_size"})
TENT = EntityDeclaration("tents", "/tents", {"/tents/number": "number"})


def _converted(folder: Path, table: str) -> bytes:
    path = folder / "form.md"
    path.write_text(f"{table}\n| settings |\n| | form_id | version |\n| | f | 1 |\n", "utf-8")
    return convert(path).xml


def _sent(meta: str, answers: str = "") -> bytes:
    return f'<data id="f" version="1">{answers}<meta>{meta}<instanceID>x</instanceID></meta></data>'.encode()


def test_form_declares_its_list_and_what_it_saves(tmp_path: Path) -> None:
    assert declared_entities(_converted(tmp_path, HOUSEHOLDS)) == (HOUSEHOLD,)


def test_form_declares_entities_of_a_repeat_once(tmp_path: Path) -> None:
    assert declared_entities(_converted(tmp_path, IN_REPEAT)) == (TENT,)


def test_form_without_entities_declares_none(tmp_path: Path) -> None:
    form = _converted(tmp_path, "| survey |\n| | type | name | label |\n| | text | a | A |")
    assert declared_entities(form) == ()


@pytest.mark.parametrize("content", [b"<x/>", b"no xml", b""])
def test_what_is_no_form_is_refused(content: bytes) -> None:
    with pytest.raises((NotAnXForm, XmlRefused)):
        declared_entities(content)


def test_submission_says_id_deed_label_versions_and_values() -> None:
    meta = (
        '<entity dataset="households" id="uuid:k1" create="false" update="true" baseVersion="4" '
        'trunkVersion="2" branchId=" b "><label> Tent 4 </label></entity>'
    )
    (order,) = read_entities(_sent(meta, "<head>A</head><more><size>5</size></more>"), [HOUSEHOLD])
    assert (order.dataset, order.key, order.label) == ("households", "k1", "Tent 4")
    assert (order.create, order.update) == (False, True)
    assert (order.base_version, order.trunk_version, order.branch_id) == (4, 2, "b")
    assert order.values == {"head_name": "A", "hh_size": "5"}


def test_question_that_was_not_asked_is_absent_and_one_left_empty_is_empty() -> None:
    meta = '<entity dataset="households" id="k" create="1"><label>L</label></entity>'
    (order,) = read_entities(_sent(meta, "<head/>"), [HOUSEHOLD])
    assert order.values == {"head_name": ""}
    assert (order.base_version, order.trunk_version, order.branch_id) == (None, None, "")


@pytest.mark.parametrize("deed", ["", 'create="0"', 'create="false" update=""', 'update="no"'])
def test_entity_that_the_form_does_not_touch_is_left_out(deed: str) -> None:
    meta = f'<entity dataset="households" id="k" {deed}><label>L</label></entity>'
    assert read_entities(_sent(meta), [HOUSEHOLD]) == ()


@pytest.mark.parametrize("number", ["x", "-1", "1.5", "99999999999999"])
def test_version_that_is_no_number_counts_as_not_said(number: str) -> None:
    meta = f'<entity dataset="households" id="k" update="1" baseVersion="{number}"/>'
    (order,) = read_entities(_sent(meta), [HOUSEHOLD])
    assert (order.base_version, order.label) == (None, "")


def test_every_pass_of_a_repeat_has_its_own_entity() -> None:
    tents = "".join(
        f'<tents><number>{n}</number><meta><entity dataset="tents" id="k{n}" create="1">'
        f"<label>T{n}</label></entity></meta></tents>"
        for n in (1, 2)
    )
    orders = read_entities(_sent("", tents), [TENT])
    assert [(order.key, order.values["number"]) for order in orders] == [("k1", "1"), ("k2", "2")]


def test_entity_of_another_list_is_not_taken_for_the_declared_one() -> None:
    meta = '<entity dataset="other" id="k" create="1"><label>L</label></entity>'
    assert read_entities(_sent(meta), [HOUSEHOLD]) == ()


def test_envelope_is_no_submission() -> None:
    with pytest.raises(NotASubmission):
        read_entities(b"<html/>", [HOUSEHOLD])
