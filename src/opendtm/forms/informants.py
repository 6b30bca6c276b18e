"""Several informants asked about one place: their numbers become one, with its range and how far they agree.

A repeat is of informants where each pass asks who gives the information (the concept `informant_type`). The
counts of its passes are answers to the same question: they do not add up, and their credibility-weighted median
stands for them. Numbers: `catalogue/rules/informants.yaml`. Who an informant was never comes along.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, inf

from opendtm import catalogue
from opendtm.vocab import Kind, concepts

RULES = "rules/informants.yaml"
ROLE = "informant_type"
MEDIAN, ONE = "informants_median", "key_informant"  # codes of `estimate_method`
LOWEST, HIGHEST = (
    "_lowest",
    "_highest",
)  # concepts beside a count that keep the range of what was said
Answer = tuple[float, float]  # a value and its weight


@dataclass(frozen=True, slots=True)
class Informant:
    """What one informant answered: the counts by concept (None: does not know), and what they weigh."""

    weight: float
    counts: Mapping[str, float | None]


def informant(said: Mapping[str, object]) -> Informant:
    """Read one pass of a repeat of informants, given by concept."""
    counts = {
        name: value if isinstance(value, float) else None
        for name, value in said.items()
        if concepts()[name].kind is Kind.COUNT
    }
    return Informant(credibility_of(said), counts)


def credibility_of(said: Mapping[str, object]) -> float:
    """Weigh an answer by what is said of its informant, such as `ki_has_list`; 1 where nothing is said."""
    weight = 1.0
    for name, factors in catalogue.read_yaml(RULES)["weight"].items():
        weight *= factors.get(said.get(name), 1.0)
    return weight


def weighted_median(answers: Sequence[Answer]) -> float:
    """Give the median of answers sorted by value: half of the weight lies on each side.

    Where a value ends at exactly half of the weight, the middle between it and the next is taken.
    """
    half, below = fsum(weight for _, weight in answers) / 2, 0.0
    following = [value for value, _ in answers[1:]]
    for (value, weight), after in zip(answers, [*following, answers[-1][0]], strict=True):
        below += weight
        if below >= half:
            return (value + after) / 2 if below == half else value
    return answers[-1][0]


def agreement(lowest: float, highest: float) -> float:
    """Divide the highest answer by the lowest; infinite where one says nobody and another counts people."""
    if lowest == highest:
        return 1.0
    return highest / lowest if lowest else inf


def agree(lowest: float, highest: float) -> bool:
    """Tell whether answers lie so near together that nobody need ask again."""
    return bool(agreement(lowest, highest) <= catalogue.read_yaml(RULES)["follow_up_above"])


def answers_to(name: str, said: Sequence[Informant]) -> list[Answer]:
    """Give the known answers to one count with their weights, the lowest first."""
    known = ((each.counts.get(name), each.weight) for each in said)
    return sorted((value, weight) for value, weight in known if value is not None)


def together(
    said: Sequence[Informant], beside: Mapping[str, object]
) -> dict[str, float | str | None]:
    """Give what informants said together, by concept; `beside` is what the submission says outside their passes.

    A number that the submission itself gives stands, whatever informants said. Else: the median, and where two or
    more gave the number, the concepts of its range and whether they agree (`kis_match`; they do where they do on
    every number). `method` says how the numbers came about, `informants` how many were asked, unless it is told.
    """
    names = dict.fromkeys(name for each in said for name in each.counts)
    told = {name: answers_to(name, said) for name in names}
    missing = [name for name in names if beside.get(name) is None]
    found: dict[str, float | str | None] = {
        name: weighted_median(told[name]) if told[name] else None for name in missing
    }
    several = {name: answers for name, answers in told.items() if len(answers) > 1}
    for name, answers in several.items():
        ends = {f"{name}{LOWEST}": answers[0][0], f"{name}{HIGHEST}": answers[-1][0]}
        found |= {end: value for end, value in ends.items() if end in concepts()}
    if several:
        near = all(agree(answers[0][0], answers[-1][0]) for answers in several.values())
        found["kis_match"] = "yes" if near else "no"
    if any(told[name] for name in missing):
        found["method"] = MEDIAN if any(name in several for name in missing) else ONE
    if beside.get("informants") is None:
        found["informants"] = float(len(said))
    return found


def ranges() -> frozenset[str]:
    """Name the concepts that keep the range of what informants said."""
    return frozenset(name for name in concepts() if _counted(name) in concepts())


def _counted(name: str) -> str:
    """Name the count whose range a concept keeps; empty for another concept."""
    for end in (LOWEST, HIGHEST):
        if name.endswith(end):
            return name.removesuffix(end)
    return ""
