"""What R `survey` 4.1.1 found on the api data, and how OpenDTM is asked for the same.

Each checker takes a sample and gives a value of the same shape as the oracle's: every leaf is compared.
"""

from collections.abc import Callable, Sequence
from functools import partial
from math import isclose
from typing import Any

from opendtm.measure.survey import (
    ChiSquare,
    Design,
    Estimate,
    Interval,
    Reference,
    Sample,
    Shape,
    chi_square,
    mean,
    proportion,
    quantile,
    ratio,
    t_test,
    total,
)

TOLERANCE = 1e-8
Z = Interval(reference=Reference.NORMAL)
QUARTERS = (0.25, 0.5, 0.75)

DESIGNS = {
    "srs": (
        "apisrs",
        Design(weights="pw", finite=("fpc",)),
        "svydesign(id=~1, fpc=~fpc, weights=~pw, data=apisrs)",
    ),
    "strat": (
        "apistrat",
        Design(weights="pw", strata="stype", finite=("fpc",)),
        "svydesign(id=~1, strata=~stype, weights=~pw, fpc=~fpc, data=apistrat)",
    ),
    "strat_nofpc": (
        "apistrat",
        Design(weights="pw", strata="stype"),
        "svydesign(id=~1, strata=~stype, weights=~pw, data=apistrat)",
    ),
    "clus1": (
        "apiclus1",
        Design(weights="pw", clusters=("dnum",), finite=("fpc",)),
        "svydesign(id=~dnum, weights=~pw, fpc=~fpc, data=apiclus1)",
    ),
    "clus1_nofpc": (
        "apiclus1",
        Design(weights="pw", clusters=("dnum",)),
        "svydesign(id=~dnum, weights=~pw, data=apiclus1)",
    ),
}


def compare(found: Any, wanted: Any, *, tolerance: float = TOLERANCE, at: str = "") -> list[str]:
    """List where two trees of values differ; numbers by more than `tolerance`, relative."""
    if isinstance(wanted, dict):
        if not isinstance(found, dict) or set(found) != set(wanted):
            return [f"{at}: {found!r} has not the keys of {wanted!r}"]
        return [
            line
            for key in wanted
            for line in compare(found[key], wanted[key], tolerance=tolerance, at=f"{at}.{key}")
        ]
    if isinstance(wanted, list):
        if not isinstance(found, Sequence) or len(found) != len(wanted):
            return [f"{at}: {found!r} has not the length of {wanted!r}"]
        return [
            line
            for number, (one, other) in enumerate(zip(found, wanted, strict=True))
            for line in compare(one, other, tolerance=tolerance, at=f"{at}[{number}]")
        ]
    if isinstance(wanted, int | float) and isinstance(found, int | float):
        same = isclose(found, wanted, rel_tol=tolerance, abs_tol=1e-12 if wanted == 0 else 0)
        return [] if same else [f"{at}: {found!r} is not {wanted!r}"]
    return [] if found == wanted else [f"{at}: {found!r} is not {wanted!r}"]


def stat(estimates: Sequence[Estimate]) -> dict[str, Any]:
    """Write estimates as R's svystat: several as lists, one as values."""
    columns = {
        "names": [f"{each.variable}{each.level or ''}" for each in estimates],
        "est": [each.value for each in estimates],
        "se": [each.se for each in estimates],
        "ci_low": [each.low for each in estimates],
        "ci_high": [each.high for each in estimates],
    }
    return {name: values[0] if len(values) == 1 else values for name, values in columns.items()}


def rows(estimates: Sequence[Estimate], names: dict[str, str]) -> list[dict[str, Any]]:
    """Write estimates by domain as R's svyby; `names` says under which names value and error stand."""
    found = []
    for each in estimates:
        row: dict[str, Any] = dict(each.group)
        row |= {column: getattr(each, part) for part, column in names.items()}
        row["_row"] = ".".join(value for _, value in each.group)
        found.append(row)
    return found


def plain(value: Any) -> Any:
    """Take a single value out of the one-by-one matrices that R wrote."""
    return plain(value[0]) if isinstance(value, list) and len(value) == 1 else value


def without_names(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name != "names"}


def deff(sample: Sample) -> dict[str, Any]:
    one = mean(sample, "api00")[0]
    return {"est": one.value, "se": one.se, "deff": one.deff}


def deff_with_replacement(sample: Sample) -> dict[str, Any]:
    """The design effect against sampling with replacement: ours without the finite-population factor."""
    one = mean(sample, "api00")[0]
    assert one.deff is not None
    return {"deff": one.deff * (1 - one.n / one.n_weighted_total)}


def shares_by_type(sample: Sample) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for each in proportion(sample, "sch.wide", by=["stype"]):
        row = found.setdefault(each.group[0][1], {"stype": each.group[0][1]})
        row |= {f"sch.wide{each.level}": each.value, f"se.sch.wide{each.level}": each.se}
        row["_row"] = each.group[0][1]
    return list(found.values())


def totals_by_type(sample: Sample) -> dict[str, Any]:
    """The sizes of categories, as totals of the columns that say which one it is."""
    names = ("stypeE", "stypeH", "stypeM")
    return stat(total(sample, *names, interval=Z))


def quartiles(sample: Sample, *, rule: str, shape: Shape = Shape.MEAN) -> dict[str, Any]:
    found = quantile(sample, "api00", shares=QUARTERS, rule=rule, interval=Interval(shape=shape))
    return {"quantile": [float(each.level or 0) for each in found]} | without_names(stat(found))


def chi(sample: Sample, *, test: ChiSquare) -> dict[str, Any]:
    found = chi_square(sample, "sch.wide", "stype", test=test)
    parameter = plain(list(found.df)) if found.df else None
    return {"statistic": found.statistic, "parameter": parameter, "p": found.p}


def share(sample: Sample, *, shape: Shape) -> dict[str, Any]:
    yes = proportion(sample, "sch.wide", interval=Interval(shape=shape))[1]
    return {"est": yes.value, "ci_low": yes.low, "ci_high": yes.high}


def crossing(sample: Sample) -> dict[str, Any]:
    found = proportion(sample, "stype", by=["sch.wide"])
    rows_of = list(dict.fromkeys(each.group[0][1] for each in found))
    counts = {(each.group[0][1], each.level): each.n_weighted for each in found}
    columns = list(dict.fromkeys(str(each.level) for each in found))
    return {
        "rows": rows_of,
        "cols": columns,
        "n": [[counts[row, column] for column in columns] for row in rows_of],
    }


def difference(sample: Sample) -> dict[str, Any]:
    found = t_test(sample, "api00", "sch.wide")
    return {"t": found.statistic, "df": found.df[0], "p": found.p, "est": found.difference}


def one_domain(estimates: Sequence[Estimate], value: str) -> dict[str, Any]:
    return stat([each for each in estimates if each.group[0][1] == value])


Checker = Callable[[Sample], Any]
MEAN_ROW = {"value": "api00", "se": "se"}
CI_ROW = MEAN_ROW | {"low": "ci_low", "high": "ci_high"}
RATIO = ("api.stu", "enroll")

CHECKERS: dict[str, Checker] = {
    "degf": lambda sample: sample.facts.df,
    "mean_api00_enroll": lambda sample: stat(mean(sample, "api00", "enroll", interval=Z)),
    "mean_api00": lambda sample: stat(mean(sample, "api00", interval=Z)),
    "mean_api00_t_df": lambda sample: stat(mean(sample, "api00")),
    "mean_api00_deff": deff,
    "mean_api00_deff_replace": deff_with_replacement,
    "total_enroll": lambda sample: stat(total(sample, "enroll", interval=Z)),
    "prop_stype": lambda sample: stat(
        proportion(sample, "stype", interval=Interval(reference=Reference.NORMAL, shape=Shape.MEAN))
    ),
    "total_stype": totals_by_type,
    "ratio_api.stu_enroll": lambda sample: without_names(stat(ratio(sample, RATIO, interval=Z))),
    "ratio_api00_api99": lambda sample: without_names(
        stat(ratio(sample, ("api00", "api99"), interval=Z))
    ),
    "by_stype_mean_api00": lambda sample: rows(
        mean(sample, "api00", by=["stype"], interval=Z), CI_ROW
    ),
    "by_schwide_mean_api00": lambda sample: rows(
        mean(sample, "api00", by=["sch.wide"], interval=Z), CI_ROW
    ),
    "by_stype_schwide_mean_api00": lambda sample: sorted(
        rows(mean(sample, "api00", by=["stype", "sch.wide"]), MEAN_ROW),
        key=lambda row: (row["sch.wide"], row["stype"]),
    ),
    "by_stype_total_enroll": lambda sample: rows(
        total(sample, "enroll", by=["stype"]), {"value": "enroll", "se": "se"}
    ),
    "by_stype_ratio_apistu_enroll": lambda sample: rows(
        ratio(sample, RATIO, by=["stype"]),
        {"value": "api.stu/enroll", "se": "se.api.stu/enroll"},
    ),
    "by_stype_prop_schwide": shares_by_type,
    "oldquantile_api00": lambda sample: {
        "est": [each.value for each in quantile(sample, "api00", shares=QUARTERS, rule="hf4")]
    },
    "quantile_api00_math_xlogit": partial(quartiles, rule="math", shape=Shape.XLOGIT),
    "table_schwide_stype": crossing,
    "ttest_api00_schwide": difference,
    "subset_comp_imp_Yes_mean_api00": lambda sample: one_domain(
        mean(sample, "api00", by=["comp.imp"], interval=Z), "Yes"
    ),
    "subset_small_stypeH_total": lambda sample: one_domain(
        total(sample, "enroll", by=["stype"], interval=Z), "H"
    ),
}
CHECKERS |= {
    f"quantile_api00_{rule}": partial(quartiles, rule=rule)
    for rule in ("math", "school", "hf1", "hf2", "hf6", "hf7", "hf8")
}
CHECKERS |= {f"chisq_schwide_stype_{test}": partial(chi, test=test) for test in ChiSquare}
CHECKERS |= {f"ciprop_schwideYes_{shape}": partial(share, shape=shape) for shape in Shape}
