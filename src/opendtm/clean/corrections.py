"""Corrections applied: the value that is used from now on, while the answer stays as it was received."""

from collections.abc import Iterable, Mapping

from opendtm.errors.clean import CorrectionOfUnknown, CorrectionUnfit
from opendtm.forms.observation import of_kind
from opendtm.records import Correction
from opendtm.vocab import concepts


def apply_corrections(
    values: Mapping[str, object], corrections: Iterable[Correction]
) -> dict[str, object]:
    """Give the values with the corrections applied in the order of their dates; the later one wins.

    A new value may come as text; it becomes what its concept's kind wants. None blanks the answer. Raises
    CorrectionOfUnknown or CorrectionUnfit.
    """
    corrected = dict(values)
    for correction in sorted(corrections, key=lambda correction: correction.at):
        corrected[correction.concept] = _value(correction)
    return corrected


def _value(correction: Correction) -> object:
    concept = concepts().get(correction.concept)
    if concept is None:
        raise CorrectionOfUnknown(concept=correction.concept)
    value = correction.new_value
    if value is None or value == "":
        return None
    fitting = of_kind(value, concept.kind)
    if fitting is None:
        raise CorrectionUnfit(value=str(value), concept=concept.label)
    return fitting
