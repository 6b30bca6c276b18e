"""Words that mean "nothing is known", as exports and field staff write them.

They become null. Zero is never among them: zero was observed.
"""

import pyarrow as pa
import pyarrow.compute as pc

WORDS = (
    "null", "none", "nan", "nat", "na", "n/a", "n.a.", "n.a", "#n/a", "#na", "nd", "n.d.", "n/d",
    "-", "--", "---", "–", "—", ".", "..", "...", "?", "x",
    "not available", "not applicable", "non disponible", "non applicable", "sans objet", "inconnu",
    "unknown", "not known", "no data", "missing", "manquant", "(blank)", "(vide)", "tbd", "tbc",
    "nsp", "ne sait pas", "dnk", "dk", "don't know", "does not know", "pnta", "nr", "non renseigné",
    "non renseigne", "no answer", "#ref!", "#value!", "#div/0!", "#name?", "#num!", "#null!",
)  # fmt: skip
EMPTY_ONLY = frozenset(
    ("null", "none", "nan", "nat", "na", "n/a", "n.a.", "#n/a", "-", "--", "–", "—", "(blank)", "(vide)",
     "not available", "not applicable", "non disponible", "#ref!", "#value!", "#div/0!", "#name?")
)  # fmt: skip


def as_null(column: pa.Array, *, codes: bool = False) -> pa.Array:
    """Turn words for "unknown" into null; with `codes`, keep those that a code list may define."""
    words = pa.array(sorted(EMPTY_ONLY if codes else WORDS), pa.string())
    unknown = pc.is_in(pc.utf8_lower(column), value_set=words)
    return pc.if_else(unknown, pa.scalar(None, pa.string()), column)
