"""A forecast of the next round from the last line of a history: what lies before a break is another series."""

from opendtm.measure.forecast import Forecast, Plan, forecast
from opendtm.measure.histories import Series
from opendtm.measure.warning.lines import History, lines

NEXT = Plan(horizon=1)


def outlook(history: History, *, plan: Plan = NEXT) -> Forecast:
    """Forecast the round after the last one, or say why not; the last round must have been observed in itself."""
    cut = lines(history)
    if cut and cut[-1].last == history.newest:
        return forecast(cut[-1], plan=plan)
    return forecast(Series(history.place, history.newest, (None,)), plan=plan)
