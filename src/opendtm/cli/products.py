"""Writes the products of a report under names that stay the same, each whole or not at all."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from opendtm import render
from opendtm.report.model import SiteNeedsReport
from opendtm.vocab import fold


@dataclass(frozen=True, slots=True)
class Product:
    """One file to be written: its name, and what makes its content."""

    name: str
    make: Callable[[], bytes]


def plan(
    report: SiteNeedsReport, languages: Sequence[str], formats: Sequence[str], *, extracts: bool
) -> list[Product]:
    """List the files of a report in their order: language by language, extracts last."""
    planned = [_product(report, lang, ending) for lang in languages for ending in formats]
    if extracts:
        planned += [
            _extract(report, lang, block.sector) for lang in languages for block in report.sectors
        ]
    return planned


def stem(report: SiteNeedsReport) -> str:
    """Name product, operation and period, as every file of the report begins."""
    edition = report.edition
    operation = fold(edition.operation).replace(" ", "-") or "operation"
    period = edition.round.label if edition.round.label.startswith("20") else ""
    if not edition.dated:
        period = "undated"
    return f"site-needs_{operation}_{period or edition.data_as_of.isoformat()}"


def write(product: Product, folder: Path) -> Path:
    """Write a file beside its place and move it there, so that no half file is ever seen."""
    path = folder / product.name
    part = folder / f".{product.name}.part"
    content = product.make()
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return path


def _product(report: SiteNeedsReport, lang: str, ending: str) -> Product:
    def make() -> bytes:
        content = getattr(render, ending)(report, lang)
        return content.encode() if isinstance(content, str) else bytes(content)

    return Product(f"{stem(report)}_{lang}.{ending}", make)


def _extract(report: SiteNeedsReport, lang: str, sector: str) -> Product:
    name = f"{stem(report)}_{sector.replace('_', '-')}_{lang}.pdf"
    return Product(name, lambda: render.sector_pdf(report, sector, lang))
