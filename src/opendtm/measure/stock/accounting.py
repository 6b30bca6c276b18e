"""Stock and flow of a population: what the flows explain of a change, and the residual that they do not.

S_t = S_{t-1} + new displacement + births + returns from abroad into displacement - returns - local
integration - settlement elsewhere - deaths - departures abroad + e_t (IDMC, GRID 2019, annexes 1.2-1.3;
exits: IRIS 2020). e_t and e_t / S_t are always published: they say how far the flows are trusted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import fsum, isfinite

from opendtm.errors import Where
from opendtm.errors.measure_stock import StockTableInvalid
from opendtm.i18n import Label, Message

FLOWS: Mapping[str, Label] = {
    "new_displacement": Label("New displacement", "Nouveaux déplacements"),
    "births": Label("Births", "Naissances"),
    "returns_from_abroad": Label(
        "Returns from abroad into displacement", "Retours de l'étranger en situation de déplacement"
    ),
    "returns": Label("Returns", "Retours"),
    "local_integration": Label("Local integration", "Intégration locale"),
    "settlement_elsewhere": Label("Settlement elsewhere", "Installation ailleurs"),
    "deaths": Label("Deaths", "Décès"),
    "departures_abroad": Label("Departures abroad", "Départs à l'étranger"),
}
ENTRIES = ("new_displacement", "births", "returns_from_abroad")


@dataclass(frozen=True, slots=True)
class Flows:
    """What moved between two stocks, in persons; None is unknown, 0 is nobody."""

    new_displacement: float | None = None
    births: float | None = None
    returns_from_abroad: float | None = None
    returns: float | None = None
    local_integration: float | None = None
    settlement_elsewhere: float | None = None
    deaths: float | None = None
    departures_abroad: float | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """The account of a period: opening and closing stock, the flows known, and what they leave unexplained.

    `residual` holds also what the flows of `unknown` would have explained; None where a stock is unknown.
    """

    opening: float | None
    closing: float | None
    flows: Flows
    entries: float
    exits: float
    unknown: tuple[str, ...]

    @property
    def expected(self) -> float | None:
        """Give the closing stock that the known flows lead to."""
        return None if self.opening is None else self.opening + self.entries - self.exits

    @property
    def residual(self) -> float | None:
        """Give e_t, the closing stock less what the known flows lead to."""
        if self.expected is None or self.closing is None:
            return None
        return self.closing - self.expected

    @property
    def residual_share(self) -> float | None:
        """Give e_t / S_t; None where a stock is unknown or nobody is left."""
        return self.residual / self.closing if self.residual is not None and self.closing else None


def account(opening: float | None, closing: float | None, *, flows: Flows) -> Account:
    """Close the account of a period. StockTableInvalid for a stock or flow below 0 or infinite."""
    known = {field.name: getattr(flows, field.name) for field in fields(Flows)}
    for name, value in {"opening": opening, "closing": closing, **known}.items():
        if value is not None and (not isfinite(value) or value < 0):
            reason = Message("it must be a number of 0 or more")
            raise StockTableInvalid(column=name, reason=reason, where=Where(column=name))
    return Account(
        opening=opening,
        closing=closing,
        flows=flows,
        entries=fsum(known[name] or 0 for name in FLOWS if name in ENTRIES),
        exits=fsum(known[name] or 0 for name in FLOWS if name not in ENTRIES),
        unknown=tuple(name for name in FLOWS if known[name] is None),
    )
