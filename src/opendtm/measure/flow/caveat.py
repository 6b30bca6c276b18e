"""The sentence that every flow figure carries: what was seen at some points is never the whole movement."""

import pyarrow as pa

from opendtm.i18n import Label

CAVEAT = Label(
    "Flow monitoring counts the people seen at selected points during the hours of observation. It does not "
    "give the total number of people who move, and a change in points or hours changes the figures.",
    "Le suivi des flux compte les personnes vues à des points choisis pendant les heures d'observation. Il ne "
    "donne pas le nombre total de personnes en mouvement, et un changement de points ou d'heures change les chiffres.",
)
KEY = b"opendtm.caveat"


def with_caveat(table: pa.Table, lang: str) -> pa.Table:
    """Put the sentence into a table for export: as its last column, and in the metadata of its schema.

    A column survives every format, sorting and filtering; a line of comment does not.
    """
    words = CAVEAT.text(lang)
    repeated = pa.array([words] * table.num_rows, pa.string())
    told = (table.schema.metadata or {}) | {KEY: words.encode()}
    return table.append_column("caveat", repeated).replace_schema_metadata(told)
