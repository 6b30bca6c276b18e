"""The protocol of a draw: what anybody needs, with the frame, to draw the same sample again.

Written in both languages, with the numbers of chance in full, so that the draw can be followed by hand, in a
spreadsheet or in another program.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from opendtm.i18n import LANGUAGES, Message, mark
from opendtm.measure.sampling import chance
from opendtm.measure.sampling.drawing import StratumDraw
from opendtm.measure.sampling.precision import margin_expected
from opendtm.measure.sampling.reserve import ReserveRule
from opendtm.measure.sampling.sample import Sample
from opendtm.measure.sampling.size import Aim


def protocol(sample: Sample, *, aim: Aim, version: str, command: str) -> dict[str, Any]:
    """Give the protocol as plain values: what was used, how to repeat it, and each stratum's numbers."""
    design, columns = sample.design, sample.columns
    return {
        "opendtm": version,
        "command": command,
        "seed": design.seed,
        "frame": {
            "file": sample.frame.file,
            "sheet": sample.frame.sheet,
            "sha256": sample.frame.sha256,
            "rows": sample.frame.height,
            "columns": {
                "cluster": columns.name,
                "households": columns.size,
                "stratum": columns.stratum,
                "order": list(columns.order),
            },
        },
        "expected": {
            "proportion": aim.proportion,
            "level": aim.level,
            "design_effect": round(aim.design_effect, 6),
            "non_response": aim.non_response,
        },
        "method": {lang: [message.text(lang) for message in method(sample)] for lang in LANGUAGES},
        "strata": [_stratum(one, design.seed, aim) for one in sample.strata],
    }


def method(sample: Sample) -> list[Message]:
    """Say in sentences how the sample was drawn, in the order of the steps."""
    return [
        _order(sample),
        Message(
            mark(
                "Each cluster's probability is n x its households / those of the stratum. Clusters that would pass 1 are certain; the rest is computed again without them. n counts clusters and reserves together."
            )
        ),
        Message(
            mark(
                "The probabilities are added up in that order. A cluster is drawn where one of the points u, u + 1, u + 2 and so on lies in its stretch (its start included, its end not)."
            )
        ),
        Message(
            mark(
                "u is the first 64 bits of the SHA-256 of the text named as its source, divided by 2 to the power of 64."
            )
        ),
        *_reserves(sample),
        Message(
            mark(
                "In each cluster {count} households are drawn with equal chances from a list made on the spot; all where there are fewer."
            ),
            {"count": sample.design.per_cluster},
        ),
        Message(
            mark(
                "The weight is 1 / (probability of the cluster x probability within it), before non-response."
            )
        ),
    ]


def rule_of(stratum: StratumDraw) -> ReserveRule:
    """Give the rule that opens the reserves of a stratum."""
    return ReserveRule(len(stratum.main), stratum.interviews)


def _order(sample: Sample) -> Message:
    if sample.design.random_order:
        return Message(
            mark(
                "Each stratum is drawn by itself, its clusters sorted by the SHA-256 of “{seed}/order/cluster”."
            ),
            {"seed": str(sample.design.seed)},
        )
    if sample.columns.order:
        return Message(
            mark(
                "Each stratum is drawn by itself, its clusters sorted by {columns}, then as in the frame's file."
            ),
            {"columns": ", ".join(sample.columns.order)},
        )
    return Message(mark("Each stratum is drawn by itself, in the order of the frame's file."))


def _reserves(sample: Sample) -> list[Message]:
    if not any(one.reserves for one in sample.strata):
        return []
    drawn = mark(
        "Reserves are drawn out of the clusters drawn, in the same way, with the probability 1 - p(clusters) / p(clusters and reserves)."
    )
    opened = mark(
        "The reserves of a stratum are visited all together, and only where a tenth of its clusters or more could not be reached or where its interviews stay below four fifths of those planned; the weights with reserves then hold."
    )
    return [Message(drawn), Message(opened)]


def _stratum(stratum: StratumDraw, seed: int, aim: Aim) -> dict[str, Any]:
    rule = rule_of(stratum)
    found: dict[str, Any] = {
        "stratum": stratum.name,
        "households": float(stratum.population),
        "clusters_in_frame": stratum.frame_clusters,
        "clusters": len(stratum.main),
        "reserves": len(stratum.reserves),
        "interviews": stratum.interviews,
        "margin_expected": round(stratum_margin(stratum, aim), 6),
        "certain": [one.cluster.name for one in stratum.drawn if one.certain],
        "u": {
            purpose: {
                "source": chance.told(seed, purpose, stratum.name),
                "value": _digits(start),
            }
            for purpose, start in stratum.starts.items()
        },
    }
    if stratum.reserves:
        found["open_reserves_if"] = {
            "unreachable_clusters_at_least": rule.unreachable_from,
            "or_interviews_below": rule.interviews_below,
        }
    return found


def stratum_margin(stratum: StratumDraw, aim: Aim) -> float:
    """Give the precision that the interviews of a stratum can be expected to have."""
    answers = stratum.interviews * (1 - aim.non_response)
    return margin_expected(aim, answers=answers, population=round(stratum.population))


def _digits(start: Fraction) -> str:
    """Write a start with twenty digits, enough for all of its bits."""
    return f"{Decimal(start.numerator) / Decimal(start.denominator):.20f}"
