"""From a report and a language to a product: PDF, web page, workbook, table, map data.

Each format has a function of its own name here, `pdf(report, lang)`, and a module of the same name that
is loaded when the format is first asked for, so that a table does not wait for the PDF engine.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opendtm.render.csv import csv as csv
    from opendtm.render.geojson import geojson as geojson
    from opendtm.render.html import html as html
    from opendtm.render.paper import paper_pdf as paper_pdf
    from opendtm.render.pdf import pdf as pdf
    from opendtm.render.pdf import sector_pdf as sector_pdf
    from opendtm.render.xlsx import xlsx as xlsx

_MODULES = {name: name for name in ("csv", "geojson", "html", "pdf", "xlsx")} | {
    "sector_pdf": "pdf",
    "paper_pdf": "paper",
}


class _Formats(ModuleType):
    """The type of this package: loading `render.pdf` binds the name `pdf` to its function, not to the module."""

    def __getattr__(self, name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)

    def __setattr__(self, name: str, value: object) -> None:
        loaded = isinstance(value, ModuleType) and name in _MODULES
        super().__setattr__(name, getattr(value, name) if loaded else value)


sys.modules[__name__].__class__ = _Formats
