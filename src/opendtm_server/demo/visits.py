"""From the story to filled forms: what each facilitator wrote, mistakes included, as submission XML.

The form's own definition says where each concept lies, so that the forms filled here are those that
phones download.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from random import Random

from lxml import etree

from opendtm.forms import FormDefinition, Question
from opendtm_server.demo.story import BANDS, SiteStory, Story, Week

NAMESPACE = uuid.UUID("6d1f3b52-7a55-4f0e-9f52-0d6a54b5c7a1")
METHODS = ("registration_list", "head_count", "key_informant")
MISTAKES = ("households_above_individuals", "extra_digit", "sexes_do_not_sum", "wrong_position")


@dataclass(frozen=True)
class Visit:
    """One filled form: who goes where when, what was written, and what was true where that differs."""

    site: SiteStory
    week: int
    day: date
    facilitator: int
    instance_id: str
    values: dict[str, str]
    truth: dict[str, float]


def visits(story: Story, *, seed: int, facilitators: int) -> Iterator[Visit]:
    """Give all visits of the story in the order of the weeks; the same seed gives the same visits."""
    for week in range(1, story.weeks + 1):
        for number, site in enumerate(story.sites):
            if week in site.weeks and week not in site.unvisited:
                random = Random(f"{seed}/{site.code}/{week}")
                yield _visit(story, site, week, number % facilitators, random)


def _visit(story: Story, site: SiteStory, week: int, facilitator: int, random: Random) -> Visit:
    day = story.monday(week) + timedelta(days=random.randrange(0, 6))
    written = _place(site, day, random)
    truth: dict[str, float] = {}
    if week in site.inaccessible:
        written |= {
            "consent": "no",
            "access": "no",
            "comment": "Road cut; could not reach the site.",
        }
    else:
        written |= _people(site, site.weeks[week], random) | _needs(site.weeks[week], random)
        truth = _make_mistake(written, random)
    instance = uuid.uuid5(NAMESPACE, f"{story.sites[0].name}/{site.code}/{week}")
    return Visit(site, week, day, facilitator, f"uuid:{instance}", written, truth)


def _place(site: SiteStory, day: date, random: Random) -> dict[str, str]:
    near = [angle + random.uniform(-0.002, 0.002) for angle in (site.latitude, site.longitude)]
    return {
        "site_id": site.code,
        "assessment_date": day.isoformat(),
        "consent": "yes",
        "access": "limited" if random.random() < 0.08 else "yes",
        "latitude": f"{near[0]:.6f} {near[1]:.6f} {random.randrange(200, 600)}.0 {random.randrange(3, 12)}.0",
    }


def _people(site: SiteStory, week: Week, random: Random) -> dict[str, str]:
    values = {
        "informant_type": random.choice(("site_manager", "idp_representative", "local_authority")),
        "method": _method(site, random),
        "idp_households": week.households,
        "idp_individuals": week.individuals,
        "returnee_households": week.returnee_households,
        "returnee_individuals": week.returnee_individuals,
        "host_individuals": site.host_individuals,
        "host_households": max(1, round(site.host_individuals / 5.2)),
        "arrivals_households": week.arrivals_households,
        "arrivals_individuals": week.arrivals_individuals,
        "departures_households": week.departures_households,
        "departures_individuals": week.departures_individuals,
    }
    if random.random() < 0.8:  # a count by sex and age exists
        values |= {f"idp_{band}": week.bands[band] for band in BANDS}
        values["idp_females"] = sum(week.bands[band] for band in BANDS if band.startswith("f_"))
        values["idp_males"] = sum(week.bands[band] for band in BANDS if band.startswith("m_"))
    if week.arrivals_individuals:
        values["displacement_reason"] = "conflict" if week.arrivals_households > 15 else "flood"
    if week.departures_individuals:
        values["departure_reason"] = "improved_security" if week.number >= 9 else "seasonal_farming"
    return {concept: str(value) for concept, value in values.items()}


def _method(site: SiteStory, random: Random) -> str:
    """Choose how people were counted: nearly always in the way of the site, so that its series can be read."""
    own = Random(site.code).choice(METHODS)
    return own if random.random() < 0.98 else random.choice(METHODS)


def _needs(week: Week, random: Random) -> dict[str, str]:
    values = {f"need_{sector}": level for sector, level in week.needs.items()}
    for sector in list(week.needs):
        if random.random() < 0.03:
            values[f"need_{sector}"] = "unknown"
    values["priority_needs"] = " ".join(week.priorities)
    critical = [sector for sector, level in week.needs.items() if level == "critical"]
    if critical:
        values["action_needed"] = (
            f"Critical: {', '.join(critical)}. Partners to confirm who can come this week."
        )
    return values


def _make_mistake(written: dict[str, str], random: Random) -> dict[str, float]:
    """Spoil about one form in seventeen, and say by concept what was true."""
    kind = random.choice(MISTAKES) if random.random() < 0.06 else ""
    before = dict(written)
    if kind == "households_above_individuals":
        written["idp_households"], written["idp_individuals"] = (
            written["idp_individuals"],
            written["idp_households"],
        )
    elif kind == "extra_digit":
        written["idp_households"] += "0"
        written["idp_individuals"] += "0"
    elif kind == "sexes_do_not_sum" and "idp_f_18_59" in written:
        written["idp_f_18_59"] = str(int(written["idp_f_18_59"]) + 100)
    elif kind == "wrong_position":
        latitude, longitude, *rest = written["latitude"].split()
        written["latitude"] = " ".join([longitude, latitude, *rest])
        return {"latitude": float(latitude), "longitude": float(longitude)}
    return {
        concept: float(before[concept]) for concept in before if before[concept] != written[concept]
    }


def submission(form: FormDefinition, visit: Visit) -> bytes:
    """Write a visit as the XML that a phone would send for `form`."""
    start = datetime.combine(visit.day, time(8, 30), timezone(timedelta(hours=-1)))
    root = etree.Element(form.root, id=form.form_id, version=form.version)
    for question in form.questions:
        text = _answer(question, visit, start)
        if text is not None:
            _node(root, question.path).text = text
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _answer(question: Question, visit: Visit, start: datetime) -> str | None:
    if question.is_meta:
        meta = {"instanceID": visit.instance_id, "instanceName": f"{visit.site.code} {visit.day}"}
        return meta.get(question.name)
    if question.concept:
        return visit.values.get(question.concept)
    if question.name == "age_sex_known":
        return "yes" if "idp_f_0_4" in visit.values else "no"
    moments = {"start": start, "end": start + timedelta(minutes=6)}
    return moments[question.name].isoformat() if question.name in moments else None


def _node(root: "etree._Element", path: str) -> "etree._Element":
    node = root
    for name in path.strip("/").split("/"):
        found = node.find(name)
        node = etree.SubElement(node, name) if found is None else found
    return node
