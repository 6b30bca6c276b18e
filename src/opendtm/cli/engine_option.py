"""The option `--engine` of the commands that compute: DuckDB here, or a Spark cluster by its address."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from opendtm.cli import console
from opendtm.cli.console import gettext as _
from opendtm.i18n import Message, mark

if TYPE_CHECKING:
    from opendtm.measure.engines import Engine

ENGINE = click.option(
    "--engine",
    "address",
    metavar="ENGINE",
    default="duckdb",
    show_default=True,
    help=_("Where to compute: duckdb, or a Spark cluster as spark://HOST:PORT."),
)


@contextmanager
def computing(address: str) -> "Iterator[Engine]":
    """Give the engine of an address while a command computes; tell which it was where it is not the usual one."""
    from opendtm.measure.engines import DUCKDB, engine_at, told

    with engine_at(address) as engine:
        yield engine
        if engine is not DUCKDB:
            console.note(Message(mark("Computed by {engine}."), {"engine": told(engine)}))
