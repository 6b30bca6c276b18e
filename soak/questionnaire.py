"""The form of the proof, in two versions, and filled copies of it: written here, not by the code under test."""

XFORM = """<?xml version="1.0" encoding="UTF-8"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:opendtm="urn:opendtm:xforms">
<h:head><h:title>Soak visit</h:title><model>
<instance><data id="soak_visit" version="{version}">
<site_id/><assessment_date/><idp_individuals/><remark/><photo/><voice/><sketch/>
<meta><instanceID/><deprecatedID/></meta></data></instance>
<bind nodeset="/data/site_id" type="string" opendtm:concept="site_id"/>
<bind nodeset="/data/assessment_date" type="date" opendtm:concept="assessment_date"/>
<bind nodeset="/data/idp_individuals" type="int" opendtm:concept="idp_individuals"/>
<bind nodeset="/data/remark" type="string"/>
<bind nodeset="/data/photo" type="binary"/>
<bind nodeset="/data/voice" type="binary"/>
<bind nodeset="/data/sketch" type="binary"/>
<bind nodeset="/data/meta/instanceID" type="string" readonly="true()"/>
</model></h:head><h:body>
<input ref="/data/site_id"><label>Which site?</label></input>
<input ref="/data/assessment_date"><label>Day of the visit</label></input>
<input ref="/data/idp_individuals"><label>How many displaced persons live here?</label></input>
<input ref="/data/remark"><label>Anything else?</label></input>
<upload ref="/data/photo" mediatype="image/*"><label>Photo</label></upload>
<upload ref="/data/voice" mediatype="audio/*"><label>Voice</label></upload>
<upload ref="/data/sketch" mediatype="image/*"><label>Sketch</label></upload>
</h:body></h:html>"""
FORM_ID = "soak_visit"
VERSIONS = ("1", "2")
MEDIA_QUESTIONS = ("photo", "voice", "sketch")


def blank(version: str) -> bytes:
    """Write the blank form of a version."""
    return XFORM.format(version=version).encode()


def filled(
    instance: str,
    *,
    persons: object,
    day: str = "2026-01-06",
    files: tuple[str, ...] = (),
    version: str = VERSIONS[-1],
    form: str = FORM_ID,
    replaces: str = "",
) -> bytes:
    """Write a filled form that announces at most three files; `persons` is a number or any text."""
    media = "".join(
        f"<{question}>{name}</{question}>"
        for question, name in zip(MEDIA_QUESTIONS, files, strict=False)
    )
    old = f"<deprecatedID>{replaces}</deprecatedID>" if replaces else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><data id="{form}" version="{version}">'
        f"<site_id>S1</site_id><assessment_date>{day}</assessment_date>"
        f"<idp_individuals>{persons}</idp_individuals><remark/>{media}"
        f"<meta><instanceID>{instance}</instanceID>{old}</meta></data>"
    ).encode()
