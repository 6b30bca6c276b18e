"""The table of results: the thirteen columns of the R package analysistools, then what they leave unsaid."""

from collections.abc import Sequence

import pyarrow as pa

from opendtm.measure.analysis.loa import Analysis, Kind
from opendtm.measure.analysis.running import Result, Run

JOIN, PAIR, PART, UNKNOWN = " %/% ", " -/- ", " @/@ ", "NA"

RESULTS = pa.schema(
    [
        pa.field("analysis_type", pa.string(), nullable=False),
        pa.field("analysis_var", pa.string(), nullable=False),
        pa.field("analysis_var_value", pa.string()),
        pa.field("group_var", pa.string()),
        pa.field("group_var_value", pa.string()),
        pa.field("stat", pa.float64()),
        pa.field("stat_low", pa.float64()),
        pa.field("stat_upp", pa.float64()),
        pa.field("n", pa.int64(), nullable=False),
        pa.field("n_total", pa.int64(), nullable=False),
        pa.field("n_w", pa.float64(), nullable=False),
        pa.field("n_w_total", pa.float64(), nullable=False),
        pa.field("analysis_key", pa.string(), nullable=False),
        pa.field("se", pa.float64()),
        pa.field("df", pa.int64()),
        pa.field("deff", pa.float64()),
        pa.field("cv", pa.float64()),
        pa.field("method", pa.string(), nullable=False),
        pa.field("suppressed_reason", pa.string()),
        pa.field("data_version", pa.string(), nullable=False),
        pa.field("engine", pa.string(), nullable=False),
    ]
)


def results_table(run: Run, *, lang: str = "en") -> pa.Table:
    """Write the results of a run as an Arrow table of `RESULTS`, methods and reasons in words of `lang`."""
    methods: dict[tuple[object, ...], str] = {}  # the same few sentences stand in thousands of rows
    rows = []
    for one in run.results:
        key = (one.analysis.kind, one.analysis.level, one.estimate.df)
        if key not in methods:
            methods[key] = one.estimate.method.text(lang)
        more = {"method": methods[key], "data_version": run.data_version, "engine": run.engine}
        rows.append(_row(one, lang) | more)
    return pa.Table.from_pylist(rows, schema=RESULTS)


def _row(one: Result, lang: str) -> dict[str, object]:
    made, analysis = one.estimate, one.analysis
    return {
        "analysis_type": analysis.kind.value,
        "analysis_var": JOIN.join(_variables(analysis)),
        "analysis_var_value": _value(one),
        "group_var": JOIN.join(analysis.groups) or None,
        "group_var_value": JOIN.join(one.groups) or None,
        "stat": made.value,
        "stat_low": made.low,
        "stat_upp": made.high,
        "n": made.n,
        "n_total": made.n_total,
        "n_w": made.n_weighted,
        "n_w_total": made.n_weighted_total,
        "analysis_key": _key(one),
        "se": made.se,
        "df": made.df,
        "deff": made.deff,
        "cv": made.cv,
        "suppressed_reason": made.suppressed_reason and made.suppressed_reason.text(lang),
    }


def _variables(analysis: Analysis) -> Sequence[str]:
    if analysis.kind is Kind.RATIO:
        return (analysis.variable, analysis.denominator or "")
    return (analysis.variable,)


def _value(one: Result) -> str | None:
    """Give the answer of a row; a ratio has two variables and so two answers that are not there."""
    if one.analysis.kind is Kind.RATIO:
        return JOIN.join((UNKNOWN, UNKNOWN))
    return one.value


def _key(one: Result) -> str:
    value = one.value if one.value is not None else UNKNOWN
    asked = PAIR.join(f"{name}{JOIN}{value}" for name in _variables(one.analysis))
    pairs = zip(one.analysis.groups, one.groups, strict=True)
    cut = PAIR.join(f"{name}{JOIN}{word}" for name, word in pairs) or f"{UNKNOWN}{JOIN}{UNKNOWN}"
    return PART.join((one.analysis.kind.value, asked, cut))
