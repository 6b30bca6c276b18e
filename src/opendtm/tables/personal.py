"""Personal data in a spreadsheet: found by hashtag, by heading and by content, and kept out.

A whole column of names, phones or addresses is left out. A telephone number or an e-mail address inside a
free text blanks that cell. What is found is reported by column, never by value.
"""

import re

import pyarrow as pa
import pyarrow.compute as pc

from opendtm.tables import hashtags, headings
from opendtm.vocab import Sharing, concept

_HEADINGS = re.compile(
    r"\b(phone|telephone|tel|mobile|portable|whatsapp|e ?mail|courriel|contacts?|focal (?:point|person)"
    r"|point focal|passport|passeport|national id|nid|date of birth|birth ?date|dob|date de naissance"
    r"|surname|first name|last name|given name|family name|full name|prenom|nom de famille|maiden name"
    r"|(?:enumerator|enu|enqueteur|respondent|informant|ki|child|head of (?:hh|household|family)"
    r"|chef de menage|particip|partic|supervisor|mother|father)(?: s)? ?(?:name|nom)"
    r"|(?:name|nom) (?:of|de|du|des|d) ?(?:the |l )?(?:contact|enumerator|enqueteur|respondent|informant"
    r"|person|head|chef|repondant|child|representative|manager)\w*"
    r"|username|submitted by|device ?id|imei|signature|fingerprint|photo)\b"
)
_NOT_PERSONAL = re.compile(
    r"\b(type|num|number of|nombre|access|network|reseau|method|coverage|presence)\b"
)
EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"
PHONE = r"(^|[^0-9A-Za-z.])(\+|00)[0-9][0-9 ().-]{7,}[0-9]|(^|[^0-9A-Za-z.-])0[0-9]{1,3}[ .-][0-9]{2,4}[ .-][0-9]{2,4}"
_PHONE_CELL = r"^(\+|00)?[0-9][0-9 ().-]{6,}[0-9]$"
_PHONE_LOOK = r"^(\+|00)|^0[0-9]{8,}|[0-9][ ().-]+[0-9]"
_DATE_OR_PLACE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}|^[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}|^-?[0-9]{1,3}\.[0-9]+( |$)"


def is_personal(heading: str, tag: str, recognised: str | None, column: pa.Array) -> bool:
    """Tell whether a column holds data on persons who could be found by it."""
    if recognised is not None:
        return concept(recognised).sharing is Sharing.PERSONAL
    if tag and hashtags.is_personal(tag):
        return True
    words = headings.spellings(heading)
    if any(_HEADINGS.search(word) and not _NOT_PERSONAL.search(word) for word in words):
        return True
    return _mostly_addresses(column)


def blank_addresses(column: pa.Array) -> tuple[pa.Array, int]:
    """Blank the cells of a free text that hold a phone number or an e-mail address; give their number."""
    held = pc.fill_null(pc.match_substring_regex(column, f"{EMAIL}|{PHONE}"), fill_value=False)
    count = pc.sum(held).as_py() or 0
    return (pc.if_else(held, pa.scalar(None, pa.string()), column), count) if count else (column, 0)


def _mostly_addresses(column: pa.Array) -> bool:
    sample = column.drop_null().slice(0, 2000)
    if not len(sample):
        return False
    emails = _share(sample, EMAIL)
    return emails > 0.1 or _phone_share(sample) > 0.5


def _phone_share(sample: pa.Array) -> float:
    shaped = pc.and_(
        pc.match_substring_regex(sample, _PHONE_CELL), pc.match_substring_regex(sample, _PHONE_LOOK)
    )
    phones = pc.and_not(shaped, pc.match_substring_regex(sample, _DATE_OR_PLACE))
    spaced = pc.match_substring_regex(
        sample, r"^[0-9]{1,3}([ ][0-9]{3})+$"
    )  # a number with its thousands
    return float(pc.mean(pc.and_not(phones, spaced).cast(pa.float64())).as_py())


def _share(sample: pa.Array, pattern: str) -> float:
    return float(pc.mean(pc.match_substring_regex(sample, pattern).cast(pa.float64())).as_py())
