"""Stock figures that answer for themselves: informants, imputation, accounts, origins, verification.

Pure functions over small Arrow tables and records; the formulas and their sources are in
docs/explanation/figures.md.
"""

from opendtm.measure.stock.accounting import FLOWS, Account, Flows, account
from opendtm.measure.stock.areas import AreaTotal, quadrat_total, t_square_total
from opendtm.measure.stock.by_area import WHOLE, changes_by_area, totals_by_area
from opendtm.measure.stock.caveats import CAVEATS, Kind, with_told
from opendtm.measure.stock.demography import Estimate, group_total
from opendtm.measure.stock.double_sampling import (
    CorrectedTotal,
    Frame,
    combined_total,
    frame_of,
    separate_total,
)
from opendtm.measure.stock.households import (
    DerivedSums,
    derived_persons,
    derived_sums,
    factor_of,
    persons_from_households,
)
from opendtm.measure.stock.imputation import Basis, Held, Way, imputed, places_of
from opendtm.measure.stock.informants import Informed, by_informants, credibility, informed_table
from opendtm.measure.stock.minimum_flow import OUTSIDE, MinimumFlow, minimum_flow
from opendtm.measure.stock.movements import FLOWS_OF, LEFT_OUT, LeftOut, Movement, movements
from opendtm.measure.stock.origin_lists import (
    Origins,
    origins_of,
    origins_seen_twice,
    stated_origins,
    stocks_of,
)
from opendtm.measure.stock.origin_tables import (
    NOT_STATED,
    Key,
    Margin,
    cells_of,
    hidden_cells,
    origins_table,
    with_margins,
)
from opendtm.measure.stock.origins import Diversity, Matrix, diversity, matrix
from opendtm.measure.stock.reconciling import Reconciled, reconcile
from opendtm.measure.stock.result_tables import (
    PARTS,
    accounts_table,
    area_table,
    changes_table,
    movements_table,
    moves_table,
    places_table,
    reasons,
    totals_table,
    verified_table,
)
from opendtm.measure.stock.site_rounds import (
    Area,
    areas_over,
    as_of,
    held_over,
    observed,
    since,
    states_of,
    with_closed,
)
from opendtm.measure.stock.totals import LIMIT, ImputedTotal, total

__all__ = [
    "CAVEATS",
    "FLOWS",
    "FLOWS_OF",
    "LEFT_OUT",
    "LIMIT",
    "NOT_STATED",
    "OUTSIDE",
    "PARTS",
    "WHOLE",
    "Account",
    "Area",
    "AreaTotal",
    "Basis",
    "CorrectedTotal",
    "DerivedSums",
    "Diversity",
    "Estimate",
    "Flows",
    "Frame",
    "Held",
    "ImputedTotal",
    "Informed",
    "Key",
    "Kind",
    "LeftOut",
    "Margin",
    "Matrix",
    "MinimumFlow",
    "Movement",
    "Origins",
    "Reconciled",
    "Way",
    "account",
    "accounts_table",
    "area_table",
    "areas_over",
    "as_of",
    "by_informants",
    "cells_of",
    "changes_by_area",
    "changes_table",
    "combined_total",
    "credibility",
    "derived_persons",
    "derived_sums",
    "diversity",
    "factor_of",
    "frame_of",
    "group_total",
    "held_over",
    "hidden_cells",
    "imputed",
    "informed_table",
    "matrix",
    "minimum_flow",
    "movements",
    "movements_table",
    "moves_table",
    "observed",
    "origins_of",
    "origins_seen_twice",
    "origins_table",
    "persons_from_households",
    "places_of",
    "places_table",
    "quadrat_total",
    "reasons",
    "reconcile",
    "separate_total",
    "since",
    "stated_origins",
    "states_of",
    "stocks_of",
    "t_square_total",
    "total",
    "totals_by_area",
    "totals_table",
    "verified_table",
    "with_closed",
    "with_margins",
    "with_told",
]
