"""The sentences of a report after suppression: none says a number that its tables withhold.

Only sentences that hold a withheld number are written again, by the same writers as before.
"""

from dataclasses import replace

from opendtm.i18n import Message
from opendtm.report import caveats, findings
from opendtm.report.model import Action, SectorBlock, SiteNeedsReport, SiteRow, Words

IDPS = "idp_individuals"
ARRIVALS = "arrivals_individuals"


def reworded(before: SiteNeedsReport, after: SiteNeedsReport) -> SiteNeedsReport:
    """Give the suppressed report `after` with the sentences of `before` that it may still say."""
    rows = {row.site_id: row for row in after.sites}
    said = replace(
        after,
        sectors=tuple(_sector(block) for block in after.sectors),
        actions=tuple(_action(action, rows.get(action.site_id)) for action in after.actions),
        limits=_limits(before, after),
    )
    return replace(said, lead=_lead(before, said))


def _sector(block: SectorBlock) -> SectorBlock:
    if not block.idps_in_need.suppressed:
        return block
    in_need, critical = int(block.in_need.value or 0), block.critical.value
    finding = (
        findings.priority(in_need=in_need, answered=block.answered, idps=None)
        if critical is None
        else findings.sector(
            in_need=in_need, critical=int(critical), answered=block.answered, idps=None
        )
    )
    return replace(block, finding=finding, change=None)


def _action(action: Action, row: SiteRow | None) -> Action:
    if row is None or not _tells_arrivals(action.reason):
        return action
    withheld = any(row.numbers[name].suppressed for name in (IDPS, ARRIVALS) if name in row.numbers)
    return replace(action, reason=findings.arrivals_withheld()) if withheld else action


def _tells_arrivals(reason: Words) -> bool:
    known = {
        findings.large_arrivals(arrivals=1, present=present).sentence for present in (None, 1.0)
    }
    return isinstance(reason, Message) and reason.sentence in known


def _limits(before: SiteNeedsReport, after: SiteNeedsReport) -> tuple[Message, ...]:
    total = after.totals.get(IDPS)
    if total is None or (total.carried is not None and not total.suppressed):
        return before.limits
    known = {caveats.carried(n_sites=n, people=0, total=0).sentence for n in (1, 2)}
    return tuple(
        caveats.carried_withheld(_number_of_places(limit)) if limit.sentence in known else limit
        for limit in before.limits
    )


def _number_of_places(limit: Message) -> int:
    places = limit.values.get("n", 1)
    return places if isinstance(places, int) else 1


def _lead(before: SiteNeedsReport, after: SiteNeedsReport) -> Message:
    headline = next((each for each in after.headlines if each.indicator == IDPS), None)
    if headline is None or not _differs(before, after):
        return before.lead
    known = [row for row in before.sites if IDPS in row.numbers]
    n_sites = sum(row.numbers[IDPS].value is not None for row in known) or len(before.sites)
    top = after.sectors[0] if after.sectors else None
    return findings.lead(
        idps=headline.number.value, n_sites=n_sites, change=headline.change, top=top
    )


def _differs(before: SiteNeedsReport, after: SiteNeedsReport) -> bool:
    """Tell whether what the first sentences speak of was withheld: the total, its change, the first sector."""
    tops = [report.sectors[0].sector for report in (before, after) if report.sectors]
    hidden_top = bool(after.sectors) and bool(after.sectors[0].idps_in_need.suppressed)
    return hidden_top or len(set(tops)) > 1 or after.headlines != before.headlines
