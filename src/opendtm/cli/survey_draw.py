"""`opendtm survey draw`: draw a sample of clusters from a frame, with its weights and its protocol."""

import secrets
import shlex
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from opendtm.cli import console
from opendtm.cli.console import gettext as _
from opendtm.cli.survey_options import (
    FILE,
    SHARE,
    TABLE,
    aim,
    aim_options,
    expected,
    points,
    sharing_options,
)
from opendtm.cli.survey_tables import show
from opendtm.i18n import Message, mark, number

if TYPE_CHECKING:
    from opendtm.measure.sampling import Aim, Sample, StratumDraw
    from opendtm.tables.plain import PlainTable

RULES = ("proportional", "equal", "neyman", "power")
RANDOM, FRAME = "random", "frame"
SEEDS = 2**31
EACH = "interviews_per_cluster"


@click.command(
    help=_("Draw clusters from FRAME with probability proportional to their households.")
)
@click.argument("frame", type=FILE, metavar="FRAME")
@click.option(
    "-o",
    "--output",
    required=True,
    type=TABLE,
    metavar="SAMPLE",
    help=_("The sample to write: .csv or .xlsx; its protocol is written beside it."),
)
@click.option("--sheet", metavar="NAME", help=_("The sheet of the frame."))
@click.option("--id-column", metavar="C", help=_("The column that names clusters."))
@click.option(
    "--size-column",
    metavar="C",
    help=_("The column of the frame that counts households; without it every row counts one."),
)
@click.option("--strata", metavar="C", help=_("The column of the frame that names strata."))
@click.option(
    "--clusters", type=click.IntRange(min=1), metavar="N", help=_("Clusters to draw, in all.")
)
@click.option(
    "--plan",
    type=FILE,
    metavar="PLAN",
    help=_("Clusters of each stratum, as `opendtm survey size` wrote them."),
)
@click.option(
    "--allocation",
    type=click.Choice(RULES),
    default="proportional",
    show_default=True,
    help=_("How strata share the clusters."),
)
@sharing_options
@aim_options
@click.option(
    "--reserves",
    type=SHARE,
    default="10%",
    show_default=True,
    metavar="SHARE",
    help=_("Reserve clusters, as a share of the clusters of each stratum; 0% for none."),
)
@click.option(
    "--order",
    default=FRAME,
    show_default=True,
    metavar="ORDER",
    help=_("Order before the draw: frame, random, or columns to sort by: adm1,adm2."),
)
@click.option(
    "--seed", type=click.IntRange(min=0), metavar="N",
    help=_("The number from which all chance follows; without it one is taken and recorded."),
)  # fmt: skip
def draw(
    frame: Path,
    *,
    output: Path,
    per_cluster: int,
    plan: Path | None,
    clusters: int | None,
    level: float,
    proportion: float,
    rho: float | None,
    deff: float | None,
    non_response: float,
    seed: int | None,
    **wishes: Any,
) -> None:
    """Draw the sample; write it and its protocol; show what was drawn."""
    counts, planned = _counts(clusters, plan)
    source = click.get_current_context().get_parameter_source("per_cluster")
    if planned is not None and source is not ParameterSource.COMMANDLINE:
        per_cluster = planned
    asked = aim(
        level=level, proportion=proportion, per_cluster=per_cluster,
        rho=rho, deff=deff, non_response=non_response,
    )  # fmt: skip
    number_of_chance = secrets.randbelow(SEEDS) if seed is None else seed
    sample = _draw(frame, counts, per_cluster, number_of_chance, wishes)
    _write(sample, asked, output)
    _show(sample, asked)
    console.note(Message(mark("Seed {seed}."), {"seed": str(number_of_chance)}))
    for path in (output, protocol_path(output)):
        console.note(Message(mark("{name}: written."), {"name": path.name}))


def protocol_path(output: Path) -> Path:
    """Name the protocol of a sample: beside it, with its name."""
    return output.with_name(f"{output.stem}.protocol.yaml")


def _counts(clusters: int | None, plan: Path | None) -> tuple[int | Mapping[str, int], int | None]:
    """Give the clusters, in all or of each stratum, and the interviews in each that a plan states."""
    if (clusters is None) == (plan is None):
        raise click.UsageError(_("give either --clusters or --plan"))
    if plan is None:
        return clusters or 0, None
    from opendtm.tables.plain import read_plain

    table = read_plain(plan)
    names = [name or "" for name in table.text("stratum").to_pylist()]
    counts = dict(zip(names, _whole(table, "clusters"), strict=True))
    each = _whole(table, EACH) if table.has(EACH) else []
    return counts, max(each, default=None)


def _whole(table: "PlainTable", column: str) -> list[int]:
    numbers = table.numbers(column).to_pylist()
    for at, count in enumerate(numbers):
        if count is None or count < 0 or not float(count).is_integer():
            reason = Message(mark("a number of clusters or interviews is whole and not negative"))
            raise table.unusable(column, at, reason)
    return [int(count) for count in numbers]


def _draw(
    frame: Path, counts: int | Mapping[str, int], per_cluster: int, seed: int, wishes: Any
) -> "Sample":
    from opendtm.measure import sampling
    from opendtm.tables.plain import read_plain

    order = wishes["order"]
    if wishes["allocation"] == "neyman" and wishes["spread_column"] is None:
        raise click.UsageError(_("Neyman allocation needs --spread-column"))
    sorted_by = () if order in {RANDOM, FRAME} else tuple(map(str.strip, order.split(",")))
    columns = sampling.FrameColumns(
        wishes["id_column"],
        wishes["size_column"],
        wishes["strata"],
        wishes["spread_column"],
        sorted_by,
    )
    design = sampling.Design(
        clusters=counts,
        per_cluster=per_cluster,
        seed=seed,
        rule=wishes["allocation"],
        power=wishes["power"],
        reserves=wishes["reserves"],
        random_order=order == RANDOM,
    )
    with console.progress(_("Drawing the sample")):
        table = read_plain(frame, sheet=wishes["sheet"])
        return sampling.draw_sample(table, columns=columns, design=design)


def _write(sample: "Sample", asked: "Aim", output: Path) -> None:
    import hashlib

    import yaml

    from opendtm.measure import sampling
    from opendtm.render.plain import write_plain

    write_plain(sampling.sample_table(sample), output, title="sample")
    content = sampling.protocol(
        sample,
        aim=asked,
        version=metadata.version("opendtm"),
        command=_command(sample.design.seed),
    )
    digest = hashlib.sha256(output.read_bytes()).hexdigest()
    content["sample"] = {"file": output.name, "sha256": digest}
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110)
    protocol_path(output).write_text(text, encoding="utf-8")


def _command(seed: int) -> str:
    """Give the command that draws this sample again: every option given, without folders."""
    context = click.get_current_context()
    words = ["opendtm", "survey", "draw"]
    for option in context.command.params:
        name = option.name or ""
        value = seed if name == "seed" else context.params[name]
        text = value.name if isinstance(value, Path) else str(value)
        if isinstance(option, click.Argument):
            words.append(text)
        elif name == "seed" or context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            words += [option.opts[-1], text]
    return shlex.join(words)


def _show(sample: "Sample", asked: "Aim") -> None:
    from opendtm.measure import sampling

    lang = console.language()
    heads = (
        _("Stratum"), _("Households"), _("Clusters in frame"), _("Drawn"), _("Certain"),
        _("Reserves"), _("Interviews"), _("Margin expected"),
    )  # fmt: skip
    rows = [_row(one, asked, lang) for one in sample.strata]
    margins = [sampling.stratum_margin(one, asked) for one in sample.strata]
    sizes = [float(one.population) for one in sample.strata]
    margin = sampling.margin_of_whole(margins, sizes)
    if len(rows) > 1:
        rows.append(
            (_("All"), number(sum(sizes), lang),
             number(sum(one.frame_clusters for one in sample.strata), lang),
             number(sample.clusters, lang),
             number(sum(one.certain for part in sample.strata for one in part.drawn), lang),
             number(sum(len(one.reserves) for one in sample.strata), lang),
             number(sample.interviews, lang), points(margin, lang))
        )  # fmt: skip
    show(heads, rows, right=range(1, 8))
    for line in _closing(sample, asked, margin, lang):
        console.say(line)


def _row(one: "StratumDraw", asked: "Aim", lang: str) -> tuple[str, ...]:
    from opendtm.measure import sampling

    return (
        one.name or _("All"),
        number(float(one.population), lang),
        number(one.frame_clusters, lang),
        number(len(one.main), lang),
        number(sum(each.certain for each in one.drawn), lang),
        number(len(one.reserves), lang),
        number(one.interviews, lang),
        points(sampling.stratum_margin(one, asked), lang),
    )


def _closing(sample: "Sample", asked: "Aim", margin: float, lang: str) -> list[Message]:
    from opendtm.measure import sampling

    lines = [expected(margin, asked, lang)]
    for one in sample.strata:
        if one.reserves:
            rule = sampling.rule_of(one)
            values = {
                "name": one.name or _("All"),
                "count": rule.unreachable_from,
                "few": rule.interviews_below,
            }
            sentence = mark(
                "{name}: visit the reserves, all of them, only where clusters out of reach are {count} or more, or interviews made fewer than {few}."
            )
            lines.append(Message(sentence, values))
    return lines
