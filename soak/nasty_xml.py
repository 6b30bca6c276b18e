"""Filled forms that nobody should have to read: each function writes one that the house must refuse.

The cases come from what XML readers were seen to choke on: entities, depth, numbers of nodes and attributes,
encodings, control signs, and documents that are something else. The seeded generator varies each one, so
that no two requests are the same.
"""

import random
import uuid
from collections.abc import Callable

from soak.questionnaire import FORM_ID, filled

NastyXml = Callable[[random.Random], bytes]
DECLARED = '<?xml version="1.0" encoding="UTF-8"?>'


def instance(rng: random.Random) -> str:
    """Make an instance ID."""
    return f"uuid:{uuid.UUID(int=rng.getrandbits(128), version=4)}"


def sound(rng: random.Random) -> bytes:
    """Write a form that could be taken."""
    return filled(instance(rng), persons=rng.randrange(5000))


def wrapped(rng: random.Random, inside: str, *, before: str = "", attributes: str = "") -> bytes:
    """Write a form of ours with something wrong inside, before it, or in its root."""
    return (
        f'{DECLARED}{before}<data id="{FORM_ID}" version="2"{attributes}>{inside}'
        f"<meta><instanceID>{instance(rng)}</instanceID></meta></data>"
    ).encode("utf-8", "surrogatepass")


def _noise(rng: random.Random) -> bytes:
    return rng.randbytes(rng.randrange(1, 3000))


def _text(rng: random.Random) -> bytes:
    return " ".join(rng.choices(("IDP", "site", "visite", "ménage", "<", "&", "0"), k=40)).encode()


def _cut(rng: random.Random) -> bytes:
    body = sound(rng)
    return body[: rng.randrange(1, len(body) - 8)]


def _two_roots(rng: random.Random) -> bytes:
    return sound(rng) + b"<data/>"


def _unclosed(rng: random.Random) -> bytes:
    return wrapped(rng, "<site_id>S1")


def _undefined_entity(rng: random.Random) -> bytes:
    return wrapped(rng, f"<site_id>&n{rng.getrandbits(30)};</site_id>")


def _laughs(rng: random.Random) -> bytes:
    names = [f"l{number}" for number in range(rng.randrange(5, 12))]
    lines = [f'<!ENTITY {names[0]} "ha">']
    for name, one in zip(names[1:], names, strict=False):
        lines.append(f'<!ENTITY {name} "{f"&{one};" * 10}">')
    return wrapped(
        rng, f"<site_id>&{names[-1]};</site_id>", before=f"<!DOCTYPE data [{''.join(lines)}]>"
    )


def _blow_up(rng: random.Random) -> bytes:
    entity = f'<!DOCTYPE data [<!ENTITY a "{"a" * 20_000}">]>'
    return wrapped(rng, f"<site_id>{'&a;' * rng.randrange(50, 500)}</site_id>", before=entity)


def _outside(rng: random.Random) -> bytes:
    target = rng.choice(("file:///etc/passwd", "http://127.0.0.1:9/x", "/dev/zero"))
    inside = '<!DOCTYPE data [<!ENTITY x SYSTEM "' + target + '">]>'
    return wrapped(rng, "<site_id>&x;</site_id>", before=inside)


def _outside_dtd(rng: random.Random) -> bytes:
    return wrapped(
        rng, "", before=f'<!DOCTYPE data SYSTEM "http://127.0.0.1:9/{rng.getrandbits(30)}">'
    )


def _parameter_entity(rng: random.Random) -> bytes:
    return wrapped(
        rng, "", before='<!DOCTYPE data [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]>'
    )


def _deep(rng: random.Random) -> bytes:
    depth = rng.choice((100, 300, 2_000, 20_000))
    return wrapped(rng, "<a>" * depth + "</a>" * depth)


def _many_nodes(rng: random.Random) -> bytes:
    return wrapped(rng, "<a/>" * rng.randrange(60_000, 200_000))


def _many_attributes(rng: random.Random) -> bytes:
    count = rng.choice((100, 1_000, 30_000))
    return wrapped(rng, "", attributes="".join(f' a{number}="1"' for number in range(count)))


def _long_text(rng: random.Random) -> bytes:
    return wrapped(rng, f"<remark>{'x' * (2_200_000 + rng.randrange(1000))}</remark>")


def _utf7(rng: random.Random) -> bytes:
    return sound(rng).replace(
        b"UTF-8", rng.choice((b"UTF-7", b"utf-7", b"UTF-32", b"EBCDIC-CP-FR"))
    )


def _lying_encoding(rng: random.Random) -> bytes:
    return sound(rng).replace(b"UTF-8", b"UTF-16")


def _broken_utf8(rng: random.Random) -> bytes:
    bad = rng.choice((b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80"))
    return sound(rng).replace(b"S1", b"S" + bad)


def _control_sign(rng: random.Random) -> bytes:
    return sound(rng).replace(b"S1", bytes([rng.choice((0, 1, 7, 8, 11, 27, 31))]))


def _control_reference(rng: random.Random) -> bytes:
    return wrapped(rng, f"<site_id>&#{rng.choice((0, 1, 8, 0xD800, 0x110000))};</site_id>")


def _no_number(rng: random.Random) -> bytes:
    return f'{DECLARED}<data id="{FORM_ID}" version="2"><site_id>{rng.getrandbits(60)}</site_id></data>'.encode()


def _blank_number(rng: random.Random) -> bytes:
    return filled(" " * rng.randrange(3), persons=rng.getrandbits(40))


def _long_number(rng: random.Random) -> bytes:
    return filled("uuid:" + "a" * rng.randrange(300, 5000), persons=1)


def _no_form(rng: random.Random) -> bytes:
    return f"{DECLARED}<data><meta><instanceID>{instance(rng)}</instanceID></meta></data>".encode()


def _other_form(rng: random.Random) -> bytes:
    name = rng.choice(
        ("x", "../../etc", "a" * 500, "&lt;script&gt;", "%00", "’ OR 1=1 --", "ñ" * 50)
    )
    return filled(instance(rng), persons=1, form=name)


def _other_version(rng: random.Random) -> bytes:
    return filled(instance(rng), persons=1, version=rng.choice(("", "0", "2 ", "9" * 400, "v2")))


def _other_document(rng: random.Random) -> bytes:
    name = rng.choice(("html", "OpenRosaResponse", "xforms", "manifest"))
    return f'{DECLARED}<{name} id="{FORM_ID}" version="{rng.getrandbits(60)}"/>'.encode()


def _no_prefix(rng: random.Random) -> bytes:
    return wrapped(rng, "<orx:site>S1</orx:site>")


def _twice_the_attribute(rng: random.Random) -> bytes:
    return wrapped(rng, "", attributes=' version="2"')


def _strange_version(rng: random.Random) -> bytes:
    return sound(rng).replace(b'version="1.0"', b'version="%d.0"' % rng.randrange(2, 99), 1)


def _zip(rng: random.Random) -> bytes:
    return b"PK\x03\x04\x14\x00\x08\x00" + rng.randbytes(300)


def _json(rng: random.Random) -> bytes:
    return b'{"id": "%s", "n": %d}' % (FORM_ID.encode(), rng.getrandbits(60))


def _number_of_others(rng: random.Random) -> bytes:
    return filled(instance(rng), persons=1, files=("n" * rng.randrange(210, 900) + ".jpg",))


COMMON: tuple[NastyXml, ...] = (
    *(
        _noise,
        _text,
        _cut,
        _two_roots,
        _unclosed,
        _undefined_entity,
        _laughs,
        _outside,
        _outside_dtd,
    ),
    *(_parameter_entity, _deep, _utf7, _lying_encoding, _broken_utf8, _control_sign),
    *(_control_reference, _no_number, _blank_number, _long_number, _no_form, _other_form),
    *(
        _other_version,
        _other_document,
        _no_prefix,
        _twice_the_attribute,
        _strange_version,
        _zip,
        _json,
    ),
    _number_of_others,
)
HEAVY: tuple[NastyXml, ...] = (_blow_up, _many_nodes, _many_attributes, _long_text)
