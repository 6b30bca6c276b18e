"""A made questionnaire of 60 fields in English and French with a repeat, and its filled forms, for measuring the intake."""

from xml.sax.saxutils import escape

FORM_ID = "bench_visit"
FIELDS = 56
REPEATED = ("sector", "level", "people", "remark")
PASSES = 3
PHOTO = "photo.jpg"
ID_LENGTH = 36
_TYPES = ("int", "string", "string", "date", "decimal")
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa" xmlns:opendtm="urn:opendtm:xforms">
<h:head><h:title>Bench visit</h:title><model>"""


def xform(form_id: str = FORM_ID) -> bytes:
    """Write the form as phones download it."""
    names = [*(f"/data/q{n}" for n in range(FIELDS)), *(f"/data/need/{name}" for name in REPEATED)]
    texts = "".join(_translation(lang, names) for lang in ("English (en)", "Français (fr)"))
    fields = "".join(f"<q{n}/>" for n in range(FIELDS))
    repeat = "".join(f"<{name}/>" for name in REPEATED)
    binds = "".join(
        f'<bind nodeset="/data/q{n}" type="{_type(n)}"{_concept(n)}/>' for n in range(FIELDS)
    )
    binds += "".join(f'<bind nodeset="/data/need/{name}" type="string"/>' for name in REPEATED)
    inputs = "".join(_input(f"/data/q{n}") for n in range(FIELDS))
    inside = "".join(_input(f"/data/need/{name}") for name in REPEATED)
    return (
        f"{_HEAD}<itext>{texts}</itext>"
        f'<instance><data id="{form_id}" version="1">{fields}<photo/><need>{repeat}</need>'
        f"<meta><instanceID/></meta></data></instance>{binds}"
        '<bind nodeset="/data/photo" type="binary"/></model></h:head><h:body>'
        f'{inputs}<upload ref="/data/photo" mediatype="image/*"><label>Photo</label></upload>'
        f'<repeat nodeset="/data/need">{inside}</repeat></h:body></h:html>'
    ).encode()


def filled(*, photo: bool) -> tuple[bytes, bytes]:
    """Write a filled form as what stands before and after its instance ID, a UUID of 36 characters."""
    fields = "".join(f"<q{n}>{_answer(n)}</q{n}>" for n in range(FIELDS))
    inside = "".join(f"<{name}>some words about {name}</{name}>" for name in REPEATED)
    picture = f"<photo>{PHOTO}</photo>" if photo else "<photo/>"
    before = (
        f'<?xml version="1.0"?><data id="{FORM_ID}" version="1">{fields}{picture}'
        f"{f'<need>{inside}</need>' * PASSES}<meta><instanceID>uuid:"
    )
    return before.encode(), b"</instanceID></meta></data>"


def _translation(lang: str, names: list[str]) -> str:
    texts = "".join(
        f'<text id="{name}:label"><value>{escape(f"{lang}: what about {name}?")}</value></text>'
        for name in names
    )
    return f'<translation lang="{lang}">{texts}</translation>'


def _input(path: str) -> str:
    return f'<input ref="{path}"><label ref="jr:itext(\'{path}:label\')"/></input>'


def _concept(number: int) -> str:
    known = {0: "idp_individuals", 1: "site_id", 3: "assessment_date", 5: "idp_households"}
    return f' opendtm:concept="{known[number]}"' if number in known else ""


def _type(number: int) -> str:
    return _TYPES[number % len(_TYPES)]


def _answer(number: int) -> str:
    if number == 1:
        return "S1"
    answers = {
        "int": str(number * 37),
        "date": "2026-01-06",
        "decimal": f"{number}.5",
        "string": f"what was said of {number}",
    }
    return answers[_type(number)]
