"""A form that creates and updates households, and what a phone sends with it, written from the specification."""

import uuid
from collections.abc import Mapping

NAMESPACE = "http://www.opendatakit.org/xforms/entities"


def households_form(
    version: str = "1", *, dataset: str = "households", sharing: str = "public"
) -> bytes:
    """Write a form whose answers are saved to a list."""
    return f"""<?xml version="1.0"?><h:html xmlns="http://www.w3.org/2002/xforms"
 xmlns:h="http://www.w3.org/1999/xhtml" xmlns:entities="{NAMESPACE}" xmlns:opendtm="urn:opendtm:xforms">
<h:head><h:title>Households</h:title><model entities:entities-version="2024.1.0"><instance>
<data id="households" version="{version}"><size/><shelter/><adm2/>
<meta><entity dataset="{dataset}" id="" create="1" update="1" baseVersion="" trunkVersion="" branchId="">
<label/></entity><instanceID/></meta></data></instance>
<instance id="{dataset}" src="jr://file-csv/{dataset}.csv"/>
<bind nodeset="/data/size" type="string" entities:saveto="size" opendtm:sharing="{sharing}"/>
<bind nodeset="/data/shelter" type="string" entities:saveto="shelter"/>
<bind nodeset="/data/adm2" type="string" entities:saveto="adm2"/>
<bind nodeset="/data/meta/instanceID" type="string"/></model></h:head><h:body>
<input ref="/data/size"><label>Size</label></input></h:body></h:html>""".encode()


def told(
    key: str,
    values: Mapping[str, str],
    *,
    create: bool = False,
    base: int | None = None,
    trunk: int | None = None,
    branch: str = "",
    label: str = "",
    dataset: str = "households",
    instance: str | None = None,
    replaces: str = "",
) -> bytes:
    """Write what a phone sends about one entity; a property without a value was not asked."""
    answers = "".join(f"<{name}>{value}</{name}>" for name, value in values.items())
    numbers = {"baseVersion": base, "trunkVersion": trunk}
    facts = "".join(f' {name}="{"" if one is None else one}"' for name, one in numbers.items())
    deed = 'create="1"' if create else 'update="1"'
    instance = instance or f"uuid:{uuid.uuid4()}"
    old = f"<deprecatedID>{replaces}</deprecatedID>" if replaces else ""
    return (
        f'<data id="households" version="1">{answers}<meta><entity dataset="{dataset}" id="{key}" '
        f'{deed}{facts} branchId="{branch}"><label>{label}</label></entity>'
        f"<instanceID>{instance}</instanceID>{old}</meta></data>"
    ).encode()
