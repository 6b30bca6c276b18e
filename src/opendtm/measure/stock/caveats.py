"""The sentence that every stock table carries: what its figures are not."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

import pyarrow as pa

from opendtm.i18n import Label

KEY = b"opendtm.caveat"


class Kind(StrEnum):
    """What a table of stock figures holds."""

    TOTAL = "total"
    CHANGE = "change"
    ACCOUNT = "account"
    MOVEMENTS = "movements"
    ORIGINS = "origins"
    MOVES = "moves"
    VERIFIED = "verified"
    PERSONS = "persons"
    AREA = "area"


CAVEATS: Mapping[Kind, Label] = {
    Kind.TOTAL: Label(
        "What is imputed or carried forward was not seen in this round. The range says what imputation adds; it "
        "does not say what informants get wrong, nor who lives outside the places of the list.",
        "Ce qui est imputé ou reconduit n'a pas été vu pendant ce tour. La fourchette dit ce que l'imputation "
        "ajoute ; elle ne dit ni ce que les informateurs estiment mal, ni qui vit hors des lieux de la liste.",
    ),
    Kind.CHANGE: Label(
        "A change of a total is not the number of people who moved: who left while others came leaves no trace, "
        "and what was newly covered, lost or corrected is not movement.",
        "La variation d'un total n'est pas le nombre de personnes qui se sont déplacées : des départs compensés "
        "par des arrivées ne laissent pas de trace, et ce qui est nouvellement couvert, perdu ou corrigé n'est "
        "pas un mouvement.",
    ),
    Kind.ACCOUNT: Label(
        "The residual is not movement: it holds every flow that is not known, and the errors of both stocks.",
        "Le résidu n'est pas un mouvement : il contient tous les flux inconnus et les erreurs des deux effectifs.",
    ),
    Kind.MOVEMENTS: Label(
        "Arrivals and departures are what informants said at the places visited; who went from one place to "
        "another counts in both. The residual is not movement: it holds what was not said and errors of counting.",
        "Les arrivées et les départs sont ceux que les informateurs ont dits dans les lieux visités ; qui est "
        "allé d'un lieu à un autre compte dans les deux. Le résidu n'est pas un mouvement : il contient ce qui "
        "n'a pas été dit et les erreurs de comptage.",
    ),
    Kind.ORIGINS: Label(
        "Where people came from as stated; not when, nor by which way, nor how many moved. Where a list names "
        "one origin a site, that of the largest group, everybody there counts under it.",
        "D'où les personnes disent venir ; ni quand, ni par quel chemin, ni combien se sont déplacées. Si une "
        "liste nomme une seule origine par site, celle du groupe principal, tous y sont comptés.",
    ),
    Kind.MOVES: Label(
        "Modelled, lower bound: nobody observed these moves. As far as both stocks are right, at least so many "
        "moved for the one to become the other; an error of counting, or another origin stated for a site, looks "
        "like a move.",
        "Modélisé, borne inférieure : personne n'a observé ces mouvements. Si les deux effectifs sont justes, il "
        "en a fallu au moins autant pour passer de l'un à l'autre ; une erreur de comptage, ou une autre origine "
        "déclarée pour un site, a l'air d'un mouvement.",
    ),
    Kind.VERIFIED: Label(
        "The interval covers the chance of the draw, and holds where the verified places were drawn at random. "
        "It says nothing of places that are not on the list.",
        "L'intervalle couvre le hasard du tirage et vaut si les lieux vérifiés ont été tirés au sort. Il ne dit "
        "rien des lieux absents de la liste.",
    ),
    Kind.PERSONS: Label(
        "Persons derived from households were not counted: they are as good as the factor for these places.",
        "Les personnes dérivées des ménages n'ont pas été comptées : elles valent ce que vaut le facteur pour "
        "ces lieux.",
    ),
    Kind.AREA: Label(
        "An estimate from a part of the site, not a count. It holds where squares or points were laid at random "
        "over the whole site.",
        "Une estimation faite sur une partie du site, non un comptage. Elle vaut si les carrés ou les points ont "
        "été placés au hasard sur tout le site.",
    ),
}


def with_told(
    table: pa.Table, *, kind: Kind, method: str, on: date | None, lang: str, more: str = ""
) -> pa.Table:
    """Add to every row how it was made, the newest day of its answers, and what it is not.

    `method` is a word of the program; `on` is empty where the input has no days; `more` is said after the
    caveat. The caveat also stands in the metadata of the schema.
    """
    words = " ".join(part for part in (CAVEATS[kind].text(lang), more) if part)
    count = table.num_rows
    if "method" not in table.column_names:
        table = table.append_column("method", pa.array([method] * count, pa.string()))
    table = table.append_column("as_of", pa.array([on] * count, pa.date32()))
    table = table.append_column("caveat", pa.array([words] * count, pa.string()))
    return table.replace_schema_metadata((table.schema.metadata or {}) | {KEY: words.encode()})
