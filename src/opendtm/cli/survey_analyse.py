"""`opendtm survey analyse`: a list of analyses over the interviews of a survey, with the error of every figure."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from opendtm.cli import console
from opendtm.cli.console import gettext as _
from opendtm.cli.engine_option import ENGINE, computing
from opendtm.cli.survey_options import FILE, SHARE, TABLE
from opendtm.i18n import Message, mark

if TYPE_CHECKING:
    from opendtm.measure.analysis import Choices, DesignColumns, Run

LONELY = ("fail", "remove", "certainty", "adjust", "average")
REFERENCES = {"t": "design df", "z": "z", "domain": "domain df"}
SHAPES = ("mean", "logit", "xlogit", "likelihood", "asin", "beta")


@click.command(help=_("Run a list of analyses over the interviews of DATA, one row an interview."))
@click.argument("data", type=FILE, metavar="DATA")
@click.option(
    "--loa",
    required=True,
    type=FILE,
    metavar="LOA",
    help=_("The list of analyses: analysis_type, analysis_var, group_var, level."),
)
@click.option("--strata", metavar="C", help=_("The column that names the strata of the design."))
@click.option(
    "--clusters", metavar="C[,C2]", help=_("The columns that name clusters, one a stage.")
)
@click.option(
    "--weights",
    metavar="C",
    help=_("The column of weights; without it every interview counts one."),
)
@click.option(
    "--fpc",
    metavar="C[,C2]",
    help=_("Columns of population sizes, or of fractions drawn, one a stage."),
)
@click.option(
    "--lonely-psu",
    "lonely",
    type=click.Choice(LONELY),
    default="fail",
    show_default=True,
    help=_("What becomes of a stratum with one cluster."),
)
@click.option("--nested", is_flag=True, help=_("Cluster names start anew in each stratum."))
@click.option(
    "--ci",
    "reference",
    type=click.Choice(tuple(REFERENCES)),
    default="t",
    show_default=True,
    help=_("Limits: t on the design's degrees of freedom, normal (z), or t on the domain's."),
)
@click.option(
    "--proportion-ci",
    "shape",
    type=click.Choice(SHAPES),
    default="mean",
    show_default=True,
    help=_("How limits of shares are made; mean is that of analysistools."),
)
@click.option(
    "--least",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help=_("Withhold figures with fewer interviews."),
)
@click.option(
    "--max-cv",
    type=SHARE,
    metavar="SHARE",
    help=_("Withhold figures whose standard error is a larger part of them."),
)
@click.option(
    "--every-answer",
    is_flag=True,
    help=_("Keep answers that nobody of a group gave, as rows of 0."),
)
@click.option("--sheet", metavar="NAME", help=_("The sheet of the data."))
@click.option(
    "-o", "--output", required=True, type=TABLE, metavar="RESULTS",
    help=_("The results to write: .csv or .xlsx."),
)  # fmt: skip
@ENGINE
def analyse(
    data: Path, *, loa: Path, output: Path, sheet: str | None, address: str, **wishes: Any
) -> None:
    """Read data and list, run, write the results."""
    from opendtm.measure import analysis
    from opendtm.render.plain import write_plain
    from opendtm.tables.plain import read_plain

    with console.progress(_("Reading")):
        listed, interviews = read_plain(loa), read_plain(data, sheet=sheet)
        analyses = analysis.read_loa(listed)
    with console.progress(_("Analysing"), total=1) as advance, computing(address) as engine:
        run = analysis.analyse(
            interviews,
            analyses=analyses,
            loa=listed,
            columns=_columns(wishes),
            choices=_choices(wishes),
            engine=engine,
            advance=advance,
        )
    write_plain(analysis.results_table(run, lang=console.language()), output, title="results")
    _tell(run, len(analyses), output.name)


def _names(text: str | None) -> tuple[str, ...]:
    return () if text is None else tuple(name.strip() for name in text.split(",") if name.strip())


def _columns(wishes: dict[str, Any]) -> "DesignColumns":
    from opendtm.measure.analysis import DesignColumns
    from opendtm.measure.survey import Lonely

    return DesignColumns(
        weights=wishes["weights"],
        strata=wishes["strata"],
        clusters=_names(wishes["clusters"]),
        finite=_names(wishes["fpc"]),
        lonely=Lonely(wishes["lonely"]),
        nested=wishes["nested"],
    )


def _choices(wishes: dict[str, Any]) -> "Choices":
    from opendtm.measure.analysis import Choices
    from opendtm.measure.survey import Bounds, Reference, Shape

    return Choices(
        reference=Reference(REFERENCES[wishes["reference"]]),
        shape=Shape(wishes["shape"]),
        bounds=Bounds(least=wishes["least"], cv=wishes["max_cv"]),
        every_answer=wishes["every_answer"],
    )


def _tell(run: "Run", count: int, name: str) -> None:
    """Say what the figures stand on, so that nobody has to guess the design."""
    facts = run.sample.facts
    for line in run.sample.notes:
        console.note(line)
    sentence = mark(
        "Design: {rows} interviews, {units} first-stage units, {strata} strata, {df} degrees of freedom."
    )
    values = {"rows": facts.rows, "units": facts.units, "strata": facts.strata, "df": facts.df}
    console.note(Message(sentence, values))
    if facts.lonely:
        rule = {"names": ", ".join(facts.lonely), "rule": run.sample.design.lonely.value}
        console.note(Message(mark("Strata with one cluster: {names}; rule: {rule}."), rule))
    written = {"name": name, "rows": len(run.results), "count": count, "withheld": run.withheld}
    sentence = mark("{name}: {rows} rows from {count} analyses; without a value: {withheld}.")
    console.say(Message(sentence, written))
