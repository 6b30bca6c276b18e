"""Numbers, days, codes and sentences as the reader's language writes them; built into every template."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_datetime
from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext

from opendtm import i18n
from opendtm.errors import Where
from opendtm.i18n import Label, Message
from opendtm.vocab import code_list

register = template.Library()


def short_language(code: str | None) -> str:
    """Give a language's short code (`fr` for `fr-ml`); English where none is active."""
    short = (code or "en").partition("-")[0]
    return short if short in {known for known, _name in settings.LANGUAGES} else "en"


def language() -> str:
    """Give the reader's language."""
    return short_language(get_language())


@register.filter
def number(value: float | None, decimals: int = 0) -> str:
    """Write a number grouped by locale; a dash where it is not known."""
    return "–" if value is None else i18n.number(value, language(), decimals=decimals)


@register.filter
def share(value: float | None) -> str:
    """Write a share (0 to 1) as a percentage; a dash where it is not known."""
    return "–" if value is None else i18n.percent(value, language())


@register.filter
def change(value: float | None) -> str:
    """Write a change with its sign; a dash where it is not known."""
    return "–" if value is None else i18n.signed(value, language())


@register.filter
def day(value: date | None, length: str = "short") -> str:
    """Write a date by locale, `short` or `long`; a dash where there is none."""
    return "–" if value is None else i18n.day(value, language(), short=length == "short")


@register.filter
def moment(value: datetime | None) -> str:
    """Write a date with hour and minute, UTC; a dash where there is none."""
    if value is None:
        return "–"
    locale = {"en": "en_GB"}.get(language(), language())
    local = value.astimezone(timezone.get_current_timezone())
    return i18n.first_of_month(
        str(format_datetime(local, "d MMM y, HH:mm", locale=locale)), language()
    )


@register.filter
def say(value: Message | Label | None) -> str:
    """Say a message or a label of the workshop or of a room in the reader's language."""
    if value is None:
        return ""
    lang = language()
    if isinstance(value, Label) or i18n.translate(value.sentence, lang) != value.sentence:
        return value.text(lang)
    words = {name: i18n.write(part, lang) for name, part in value.values.items()}
    return gettext(value.sentence).format_map(words) if value.sentence else ""


@register.filter
def code(name: str | None, of: str) -> str:
    """Give the label of a code of the list `of`; the code itself where the list does not know it."""
    if not name:
        return "–"
    codes = code_list(of)
    return codes.get(name).label.text(language()) if name in codes else name


@register.filter
def name_of(thing: Any) -> str:
    """Give the name of an operation or an area in the reader's language."""
    french = getattr(thing, "name_fr", "") if language() == "fr" else ""
    return str(french or thing.name)


@register.filter
def written(value: Any) -> str:
    """Write any value by locale: numbers grouped, with two decimals at most, days and moments, messages said."""
    if isinstance(value, Message | Label):
        return say(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(value, len(f"{value:.2f}".rstrip("0").partition(".")[2]))
    return str(value)


@register.filter
def safe_number(value: float) -> str:
    """Write a number as machines read it, whatever the reader's language."""
    return f"{value:g}"


@register.filter
def place(where: Where) -> str:
    """Name the place in an input that a finding points at."""
    return where.text(language())


@register.filter
def at(things: Sequence[Any], position: int) -> Any:
    """Give the thing at a position, counted from 0."""
    return things[position]


@register.filter
def get(mapping: Mapping[Any, Any], key: Any) -> Any:
    """Look a key up; None where it is absent."""
    return mapping.get(key)


@register.simple_tag(takes_context=True)
def in_language(context: template.Context, lang: str) -> str:
    """Give the address of this page in another language, with everything chosen on it."""
    request = context.get("request")
    path = (
        request.get_full_path()
        if request and request.method == "GET"
        else getattr(request, "path", "/")
    )
    parts = path.split("/", 2)
    known = {known for known, _name in settings.LANGUAGES}
    rest = parts[2] if len(parts) > 2 and parts[1] in known else ""
    return f"/{lang}/{rest}"


@register.simple_tag(takes_context=True)
def with_query(context: template.Context, **chosen: Any) -> str:
    """Give this page's query string with some values replaced; an empty value removes its name."""
    query = context["request"].GET.copy()
    for name, value in chosen.items():
        query.setlist(name, [str(value)] if value not in {None, ""} else [])
    pairs = [(name, value) for name, values in query.lists() for value in values]
    return "?" + urlencode(pairs)


@register.simple_tag
def languages() -> list[tuple[str, str]]:
    """List the languages of the house: code and own name."""
    return list(settings.LANGUAGES)


@register.simple_tag
def direction() -> str:
    """Say in which direction the reader's language is written."""
    return i18n.direction(language())
