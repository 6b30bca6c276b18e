"""`opendtm disclosure risk`: may this file of records be published, and what to do if not.

It names rows and columns, never a value of a record.
"""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from opendtm.cli import console
from opendtm.cli.console import gettext as _
from opendtm.i18n import Message, mark

if TYPE_CHECKING:
    import pyarrow as pa

    from opendtm.measure.disclosure import KeyAdvice, Risk, Rule

CLASSES = ("public", "restricted", "sensitive")
ROWS_SHOWN = 10
FIRST_ROW = 2  # of the records; the headings are row 1


@click.group(help=_("Tell whether people could be recognised in what is to be published."))
def app() -> None:
    """Group the commands about disclosure."""


@app.command(
    help=_(
        "Say how easily people of FILE (CSV, one row a person or household) are recognised by the columns --keys."
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--keys",
    required=True,
    metavar="A,B,C",
    help=_("Columns by which somebody outside could know a person, with commas between."),
)
@click.option("--weights", metavar="COLUMN", help=_("For how many people each record stands."))
@click.option("--sensitive", metavar="COLUMN", help=_("The column that must not be found out."))
@click.option(
    "--class",
    "sharing",
    type=click.Choice(CLASSES),
    default="public",
    show_default=True,
    help=_("The sharing class whose rule holds."),
)
@click.option("--json", "as_json", is_flag=True, help=_("Write the account as JSON."))
def risk(
    file: Path, keys: str, weights: str | None, sensitive: str | None, sharing: str, as_json: bool
) -> None:
    """Measure the risk of a file of records."""
    from opendtm.measure import disclosure
    from opendtm.vocab import Sharing

    names = [name.strip() for name in keys.split(",") if name.strip()]
    if not names:
        raise click.BadParameter(_("name at least one column"), param_hint="--keys")
    rule = disclosure.rule(Sharing(sharing))
    records = _records(file)
    found = disclosure.risk(records, keys=names, weights=weights, sensitive=sensitive)
    advice = disclosure.recoding(records, keys=names, k=rule.k, weights=weights)
    blanked = disclosure.blanking(records, keys=names, k=rule.k)
    account = _account(found, rule, advice, len(blanked), sum(map(len, blanked.values())))
    if as_json:
        console.say(json.dumps(account, ensure_ascii=False, indent=2))
    else:
        _show(account, rule)
    sys.exit(0 if account["may_be_published"] else 1)


def _records(file: Path) -> "pa.Table":
    """Read every column as text, so that codes such as 01 stay what they are."""
    import pyarrow as pa
    from pyarrow import csv

    from opendtm.errors.measure import RecordsUnreadable

    try:
        with csv.open_csv(file) as opened:
            names = opened.schema.names
        options = csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True
        )
        return csv.read_csv(file, convert_options=options)
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        reason = str(error).splitlines()[0]
        raise RecordsUnreadable(name=file.name, reason=reason) from error


def _account(
    found: "Risk", rule: "Rule", advice: "list[KeyAdvice]", records: int, values: int
) -> dict[str, Any]:
    """Gather what is said; `worst` are rows of the file with their risk, the highest first."""
    order = sorted(range(found.alike.size), key=lambda row: (-found.single[row], row))
    few_values = found.l is not None and found.l < rule.l
    return {
        "records": int(found.alike.size),
        "k": found.k,
        "k_wanted": rule.k,
        "below_k": int((found.alike < rule.k).sum()),
        "l": found.l,
        "l_wanted": rule.l,
        "global_risk": found.share,
        "global_risk_limit": rule.global_risk,
        "expected": found.expected,
        "may_be_published": found.share < rule.global_risk and found.k >= rule.k and not few_values,
        "worst": [
            {
                "row": row + FIRST_ROW,
                "alike": int(found.alike[row]),
                "risk": float(found.single[row]),
            }
            for row in order[:ROWS_SHOWN]
        ],
        "keys": [
            {
                "key": each.key,
                "values": each.values,
                "below_k": each.below,
                "global_risk": each.share,
            }
            for each in advice
        ],
        "blank": {"records": records, "values": values},
    }


def _show(account: dict[str, Any], rule: "Rule") -> None:
    values = {
        **account,
        "class": rule.label,
        "risk": _percent(account["global_risk"]),
        "limit": _percent(account["global_risk_limit"]),
    }
    lines = [
        mark("{records} records; rule: {class}"),
        mark("Fewest records alike: {k} (at least {k_wanted}); {below_k} records have fewer alike"),
        mark("Global risk: {risk} (below {limit}); {expected} records may be recognised"),
    ]
    if account["l"] is not None:
        lines.append(mark("Fewest sensitive values among records alike: {l} (at least {l_wanted})"))
    for line in lines:
        console.say(Message(line, values))
    _show_verdict(account)


def _show_verdict(account: dict[str, Any]) -> None:
    if account["may_be_published"]:
        console.say(_("The file may be published as far as this rule goes."))
        return
    console.say(_("The file may not be published."))
    console.say(_("Rows at most risk:"))
    for row in account["worst"]:
        words = mark("  row {row}: {alike} alike, risk {risk}")
        console.say(Message(words, {**row, "row": str(row["row"]), "risk": _percent(row["risk"])}))
    console.say(_("Without a key, or with fewer values of it:"))
    for key in account["keys"]:
        words = mark("  {key} ({values} values): {below_k} records with too few alike, risk {risk}")
        console.say(Message(words, {**key, "risk": _percent(key["global_risk"])}))
    if account["blank"]["records"]:
        words = mark("Or blank {values} values in {records} records.")
        console.say(Message(words, account["blank"]))


def _percent(share: float) -> str:
    from babel.numbers import format_percent

    return format_percent(share, format="0.0%", locale=console.language())
