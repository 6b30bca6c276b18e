"""What the questionnaires of the field ask, field by field: each is asked here or left out for a stated reason.

The lists are facts, written down from published questionnaires, codebooks and files; `|` separates fields.
"""

import csv
import re
from pathlib import Path

import pytest

from opendtm.forms import catalogue_form

FIELDS = {
    ("area_baseline", "Area baseline"): """
        individuals: IDP | individuals: returnee | individuals: returnee from abroad | individuals: migrant
        | reasons of displacement | reasons of return | dates of displacement | dates of return | shelter
        arrangements | arrivals | departures | list of sub-areas
    """,
    ("event_tracking", "Event tracking"): """
        group description | numbers | displaced from | displaced to | shelter | initial needs | arrivals and
        departures by LGA | trigger: voluntary relocation | trigger: poor living conditions | trigger: fear
        of attack | trigger: improved security | trigger: conflict/attack | trigger: military operations |
        trigger: family reunification | trigger: seasonal farming | trigger: floods | trigger: access to
        humanitarian support
    """,
    ("site_assessment", "MSLA, Malawi 2024"): """
        response_id | survey_id | response_sensitivity | m1855_meta_assessment_date |
        m1658_meta_assessment_start | m1844_meta_assessment_end | m0489_meta_survey_round |
        m1470_meta_enum_sex | m1725_meta_interview_type | m0302_meta_adm0_pcode | m0303_meta_adm1_pcode |
        m0304_meta_adm2_pcode | m0305_meta_adm3_pcode | m2696_meta_start_gps | m0445_loc_site_id_ssid |
        m0448_loc_site_name | m1650_loc_gps_coords | s1534_loc_loc_access | m0342_loc_site_type_multiple |
        m1535_loc_arrival_time | m1537_loc_num_arrivals_hh | m1536_loc_num_arrival_ind_period |
        m0310_loc_num_idp_ind | m2968_loc_num_men_idp | m2969_loc_num_women_idp | m2970_loc_num_children_idp
        | m1727_loc_main_group_arrival_date | m2684_loc_arrivals_from_list | m2686_loc_arrivals_origin_adm1
        | m2685_loc_arrivals_origin_adm2 | m2687_loc_arrivals_origin_adm3 | m2688_loc_arrivals_site_type |
        m2689_loc_arrivals_settle_adm4 | m0329_loc_reason_disp_idp | m2967_loc_idp_reason_chose_loc |
        m1461_loc_return_obs_unit | m0847_loc_num_return_idp_hh | m0851_loc_num_return_idp_ind |
        m2971_loc_num_men_return | m2972_loc_num_women_return | m2973_loc_num_children_return |
        s1322_loc_return_main_arrival | m2690_loc_returnees_from_list | m2691_loc_area_disp_returnees_adm0 |
        m2692_loc_reason_return | m2693_loc_returnees_site_type | m2695_loc_returnees_settle_adm4 |
        m1690_loc_depart_hh | m1541_loc_num_depart_hh_period | m1540_loc_num_depart_ind_period |
        m0349_loc_depart_period | m1584_loc_main_depart_reason | m1577_loc_main_dest_adm1 |
        m2990_loc_depart_internal | m2991_loc_depart_known | s2878_loc_top_3_priority_need_idp |
        m2694_loc_top_3_priority_need_returnee
    """,
    ("site_closure", "Camp closure"): """
        intentions survey | criterion: safety, security and free movement | criterion: adequate standard of
        living | criterion: employment and livelihoods | criterion: HLP restitution/compensation |
        criterion: documentation | criterion: family reunification | criterion: public participation |
        criterion: remedies and justice | comparison group | residual caseload | asset handover |
        decommissioning | sign-off by the authority | departures monitored, not controlled
    """,
    ("site_profile", "Classic site form"): """
        1.1 SSID | 1.1 name | 1.1 round | 1.1 date | 1.1 zones | 1.1 GPS | 1.1 accessibility | 1.2 SMC
        present | 1.2 % women in SMC | 1.2 SMA type | 1.2 SMA name | 1.2 registration list | 1.2 support
        WASH and by whom | 1.2 support health and by whom | 1.2 support shelter/NFI and by whom | 1.2
        support food and by whom | 1.2 support protection and by whom | 1.2 support education and by whom |
        1.2 support livelihood and by whom | 1.3 spontaneous, planned, open space | 1.3 type | 1.3 shelter
        type | 1.3 land ownership | 1.4 open | 1.4 start | 1.4 expected closing | 1.4 closing date | 1.5
        largest IDP group | 1.5 second IDP group | 2.1 households | 2.1 males and females by age | 2.1 males
        and females < 1 | 2.2 pregnant | 2.2 breastfeeding | 2.2 disability | 2.2 chronic disease | 2.2
        female-headed households | 2.2 child-headed households | 2.2 elderly-headed households | 2.2
        marginalised | 2.3 first arrival date | 2.3 last arrival date | 2.3 intended return area | 2.3
        obstacles | 2.3 relocation plan | 2.3 % sleeping in site | 3 shelter bands | 3 top-3 NFI | 4 water
        distance | 4 water source | 4 litres per person per day | 4 water problem | 4 latrines | 4 locks | 4
        male/female separation | 4 garbage | 4 open defecation | 4 hand-washing | 5 access to food | 5 food
        source | 6 nutrition | 7 top-3 problems | 7 location | 7 provider | 7 medicine | 8 education | 9
        livelihood | 10 security provider | 10 incidents | 10 GBV referral | 10 GBV incidents | 10 safe for
        men | 10 safe for women | 10 safe for children | 10 lighting | 10 ID documents | 10 CFS/WFS | 11
        source | 11 complaints mechanism | 11 topic
    """,
    ("sub_area_baseline", "Sub-area baseline"): """
        individuals: IDP | individuals: returnee | individuals: returnee from abroad | individuals: migrant
        | reasons of displacement | reasons of return | dates of displacement | dates of return | shelter
        arrangements | arrivals | departures | needs by context | geo-reference
    """,
    ("sub_area_baseline", "Iraq Master List and ILA"): """
        DateOfSubmission | DateofInterview | GovernorateE | DistrictE | SubDistrictE | LocationID | MasterID
        | Latitude | Longitude | IsAccessible | IDPsInLocation | ReturneeInLocation |
        HostCommunityInLocation | IDPs_FamiliesNum | Returnees_FamiliesNum | HC_FamiliesNum |
        LeftNeverReturnedFamilies | electricityFunctioningCondition | electricityDamageCondition |
        waterFunctioningCondition | waterDamageCondition | sewerageFunctioningCondition |
        sewerageDamageCondition | telecomFunctioningCondition | telecomDamageCondition | KisInfoMatch |
        KisMatchObservation | KiHasList | SitesCount | Master List: governorate of origin | Master List:
        governorate of last displacement | Master List: wave | Master List: shelter type | Master List: KI
        name | Master List: KI position | Master List: KI contact
    """,
    ("flow_point_profile", "FMP profile"): """
        KI list | point type | movement type | organisations | transport modes | services | observation
        hours
    """,
    ("flow_registry", "FMR"): """
        number | sex | age | provenance | previous transit point | next destination | intended final
        destination | nationality | mode of transport | motive | long-term, seasonal, short-term | in/out |
        vulnerability: children < 5 | vulnerability: elderly | vulnerability: pregnant | vulnerability:
        disability | vulnerability: unaccompanied | stranded migrants | referrals
    """,
    ("flow_registry", "Counting file, Afghanistan"): """
        ReportingDate | Direction | FlowMonitoringPoint | Male Under 5 | Male Above 5 | Male Total | Female
        Under 5 | Female Above 5 | Female Total | Total Headcount
    """,
    ("flow_survey", "FMS"): """
        dateOfSurvey | dataCollector | countryOfSurvey | locationName | locationCode | flowMonitoringPoint |
        interviewNumber | groupLandingNo | previousSurveyParticipation | nationality | sex | age |
        levelOfEducation | travellingWith | departureCountry | departureLocation | time stayed |
        inRefugeeCamp | whyDidYouLeave | whenDidYouLeave | transit 1-3 country | transit 1-3 place | transit
        1-3 departure date | transit 1-3 transport | costOfTheJourney | intendedCountry |
        relativesInDestination | relativesInDestination since when | comments
    """,
    ("migrant_baseline", "Migrant baseline"): """
        shelter settings | arrived last month | arrived 1-6 months | arrived 6-12 months | arrived > 12
        months | arrival unknown | permits | men | women | children | priority need 1 and its problem |
        priority need 2 and its problem | priority need 3 and its problem
    """,
    ("point_of_entry", "Point of entry"): """
        PoE or KLIM | status | restriction | period
    """,
    ("transhumance_alert", "Transhumance alert"): """
        event: conflict, disaster | prevention: massive, early, late, unexpected | outcome | sent to
        authorities
    """,
    ("transhumance_count", "Transhumance count"): """
        persons by sex | persons by age | nationality | animals by type | from | to | surveyed elsewhere
        already
    """,
}
LEFT_OUT_AT_MOST = 0.25  # of a questionnaire's fields; the rest must be asked


def words(text: str) -> list[str]:
    """Take a list of fields apart."""
    return [" ".join(part.split()) for part in text.split("|")]


@pytest.mark.parametrize(("form_id", "source"), FIELDS)
def test_every_field_of_a_questionnaire_is_asked_or_left_out_for_a_reason(
    form_id: str, source: str
) -> None:
    known = {
        field.field: field for field in catalogue_form(form_id).fields if field.source == source
    }
    wanted = words(FIELDS[form_id, source])

    assert [field for field in wanted if field not in known] == []
    left_out = [field for field in wanted if not known[field].questions]
    assert len(left_out) <= LEFT_OUT_AT_MOST * len(wanted)


@pytest.mark.shared
def test_every_column_of_a_real_location_assessment_is_accounted_for(shared: Path) -> None:
    with (shared / "idp" / "malawi2024" / "survey.csv").open(encoding="utf-8-sig") as file:
        columns = next(csv.reader(file))
    twin = re.compile(r"(_other|_latitude|_longitude|_altitude|_precision)$")
    asked = {twin.sub("", column.partition("/")[0].lstrip("_")) for column in columns}

    assert asked <= {field.field for field in catalogue_form("site_assessment").fields}
