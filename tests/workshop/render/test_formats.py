"""The doors of the floor: a format's name is its function, whoever loaded its module first."""

import importlib

import pytest
from tests.workshop.factories import make_report

from opendtm import render


@pytest.mark.parametrize("name", ["csv", "geojson", "xlsx"])
def test_format_is_a_function_before_and_after_its_module(name: str) -> None:
    importlib.import_module(f"opendtm.render.{name}")
    assert callable(getattr(render, name))
    assert getattr(render, name)(make_report(n_sites=1), "en")


def test_unknown_format_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="docx"):
        _ = render.docx
