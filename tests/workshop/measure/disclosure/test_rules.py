"""The rule file: both languages, stricter as data become more sensitive, personal data never."""

import pytest

from opendtm.errors.measure import ClassNotRuled
from opendtm.measure.disclosure import Zero, rule, source
from opendtm.vocab import Sharing

ORDER = (Sharing.PUBLIC, Sharing.RESTRICTED, Sharing.SENSITIVE)


def test_rules_have_a_source_and_labels_in_both_languages() -> None:
    labels = [source(), *(rule(sharing).label for sharing in ORDER)]
    assert all(label.en and label.fr and label.en != label.fr for label in labels)


@pytest.mark.parametrize("unit", ["person", "household"])
def test_thresholds_grow_with_the_sensitivity(unit: str) -> None:
    smallest = [rule(sharing).thresholds[unit].smallest for sharing in ORDER]
    assert smallest == sorted(smallest)
    assert all(rule(sharing).thresholds[unit].width >= 1 for sharing in ORDER)
    assert [rule(sharing).k for sharing in ORDER] == sorted(rule(sharing).k for sharing in ORDER)


@pytest.mark.parametrize(
    ("value", "unit", "small"),
    [
        (None, "person", False),
        (0, "person", False),
        (1, "person", True),
        (4, "person", True),
        (5, "person", False),
        (2, "household", True),
        (3, "household", False),
        (1, "site", False),
    ],
)
def test_public_count_is_small_by_its_unit(value: float | None, unit: str, small: bool) -> None:
    assert rule(Sharing.PUBLIC).is_small(value, unit) is small


def test_zero_of_sensitive_data_is_hidden() -> None:
    assert rule(Sharing.SENSITIVE).zero is Zero.HIDDEN
    assert rule(Sharing.SENSITIVE).is_small(0, "event")


def test_microdata_limit_of_public_data_is_that_of_hdx() -> None:
    assert rule(Sharing.PUBLIC).global_risk == 0.03


def test_personal_data_have_no_rule_because_they_are_never_published() -> None:
    with pytest.raises(ClassNotRuled) as refused:
        rule(Sharing.PERSONAL)
    assert refused.value.text("en") == "Data of the class personal are never published."
