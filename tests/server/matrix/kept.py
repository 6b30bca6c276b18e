"""A course of kept figures without computing: rounds, runs, totals, and the answers that a newest run would hold.

`TL1` holds the sites S1 and S2, `TL2` the site S3. Tests add rounds by what was counted at each site.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from tests.server import factories

from opendtm.records import source_column
from opendtm_server.govern.models import Operation
from opendtm_server.matrix.models import Figure, Run

AREAS = {"S1": "TL1", "S2": "TL1", "S3": "TL2"}
NAMES = {"TL1": "North", "TL2": "South"}
SIGNED = datetime(2026, 1, 12, 9, tzinfo=UTC)
FIRST = date(2024, 1, 1)


@dataclass
class Year:
    """The rounds of one form, from the one after `before`; `form` is made with the first round."""

    operation: Operation
    form: Any = None
    before: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)
    rounds: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self,
        counts: Mapping[str, float | None],
        *,
        method: str = "head_count",
        carried: Mapping[str, float] | None = None,
        signed: datetime | None = SIGNED,
        told: Mapping[str, Mapping[str, Any]] | None = None,
        **needs: str,
    ) -> Run:
        """Add a round in which so many were counted at the sites; needs are those of every site.

        `told` holds more answers of some sites; a site that is carried was out of reach.
        """
        self.form = self.form or factories.FormFactory.create(operation=self.operation)
        number = self.before + len(self.rounds) + 1
        starts = FIRST + timedelta(weeks=number)
        ends = starts + timedelta(days=6)
        days = {"number": number, "starts_on": starts, "ends_on": ends}
        self.rounds.append({**days, "label": str(number)})
        round_ = factories.RoundFactory.create(
            operation=self.operation, form=self.form, signed_off_at=signed, **days
        )
        run = factories.RunFactory.create(round=round_, partition=f"kept/{self.form.pk}/{number}")
        seen = {site: value for site, value in counts.items() if site not in (carried or {})}
        self.rows += [
            self._visit(site, starts, value, method, needs) | dict((told or {}).get(site, {}))
            for site, value in seen.items()
        ]
        self._figures(run, counts, carried or {})
        self._partition(run, inaccessible=sorted(carried or {}))
        return run

    def skip(self) -> None:
        """Add a round that nobody has signed off."""
        number = self.before + len(self.rounds) + 1
        starts = FIRST + timedelta(weeks=number)
        days = {"number": number, "starts_on": starts, "ends_on": starts + timedelta(days=6)}
        self.rounds.append({**days, "label": str(number)})
        factories.RoundFactory.create(operation=self.operation, form=self.form, **days)

    def _visit(
        self, site: str, day: date, value: float | None, method: str, needs: Mapping[str, str]
    ) -> dict[str, Any]:
        told = {f"need_{sector}": level for sector, level in needs.items()}
        facts = {"site_id": site, "assessment_date": day, "idp_individuals": value}
        return {**facts, "idp_households": None, "method": method, "access": "yes", **told}

    def _figures(
        self, run: Run, counts: Mapping[str, float | None], carried: Mapping[str, float]
    ) -> None:
        groups = {("none", "", "Testland"): list(counts)}
        for site in counts:
            area = AREAS[site]
            groups.setdefault(("adm1", area, NAMES[area]), []).append(site)
            groups["site", site, f"Site {site}"] = [site]
        Figure.objects.bulk_create(
            _figure(run, place, {site: counts[site] for site in sites}, carried)
            for place, sites in groups.items()
        )

    def _partition(self, run: Run, *, inaccessible: Sequence[str] = ()) -> None:
        folder = settings.MATRIX_DIR / run.partition
        folder.mkdir(parents=True)
        names = dict.fromkeys(name for row in self.rows for name in row)
        columns = {name: [row.get(name) for row in self.rows] for name in names}
        columns[source_column()] = [f"uuid:{at}" for at in range(len(self.rows))]
        pq.write_table(pa.table(columns), folder / "answers.parquet")
        basis = {
            "sites": [_site(code) for code in AREAS],
            "rounds": self.rounds,
            "at": self.rounds[-1],
            "inaccessible": list(inaccessible),
            "carry_rounds": 4,
        }
        (folder / "basis.json").write_text(json.dumps(basis, default=str), encoding="utf-8")


def _site(code: str) -> dict[str, Any]:
    area = AREAS[code]
    return {
        "site_id": code,
        "name": f"Site {code}",
        "site_type": "camp",
        "admins": ["TL", area],
        "admin_names": ["Testland", NAMES[area]],
    }


def _figure(
    run: Run,
    place: tuple[str, str, str],
    counts: Mapping[str, float | None],
    carried: Mapping[str, float],
) -> Figure:
    known = [value for value in counts.values() if value is not None]
    level, code, name = place
    repeated = [carried[site] for site in counts if site in carried]
    built: Figure = factories.FigureFactory.build(
        run=run,
        place_level=level,
        place_code=code,
        place_name=name,
        value=sum(known) if known else None,
        carried=sum(repeated) if repeated else None,
        n_places=len(known),
        n_known=len(counts),
        n_assessed=len(counts) - len(repeated),
        n_carried=len(repeated),
    )
    return built
