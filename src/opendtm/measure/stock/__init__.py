"""Stock figures that answer for themselves: informants, imputation, accounts, origins, verification.

Pure functions over small Arrow tables and records; the formulas and their sources are in
docs/explanation/figures.md.
"""

from opendtm.measure.stock.accounting import Account, Flows, account
from opendtm.measure.stock.areas import AreaTotal, quadrat_total, t_square_total
from opendtm.measure.stock.demography import Estimate, group_total
from opendtm.measure.stock.double_sampling import (
    CorrectedTotal,
    Frame,
    combined_total,
    separate_total,
)
from opendtm.measure.stock.households import factor_of, persons_from_households
from opendtm.measure.stock.imputation import Basis, Held, Way, imputed, places_of
from opendtm.measure.stock.informants import Informed, by_informants, credibility, informed_table
from opendtm.measure.stock.minimum_flow import MinimumFlow, minimum_flow
from opendtm.measure.stock.origins import Diversity, Matrix, diversity, matrix
from opendtm.measure.stock.reconciling import Reconciled, reconcile
from opendtm.measure.stock.totals import ImputedTotal, total

__all__ = [
    "Account",
    "AreaTotal",
    "Basis",
    "CorrectedTotal",
    "Diversity",
    "Estimate",
    "Flows",
    "Frame",
    "Held",
    "ImputedTotal",
    "Informed",
    "Matrix",
    "MinimumFlow",
    "Reconciled",
    "Way",
    "account",
    "by_informants",
    "combined_total",
    "credibility",
    "diversity",
    "factor_of",
    "group_total",
    "imputed",
    "informed_table",
    "matrix",
    "minimum_flow",
    "persons_from_households",
    "places_of",
    "quadrat_total",
    "reconcile",
    "separate_total",
    "t_square_total",
    "total",
]
