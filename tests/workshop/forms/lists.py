"""Lists beside a form, as a house would offer them: areas of three levels and the sites in them."""

from collections.abc import Mapping

SITES = {"S1": "TL10101", "S2": "TL10102", "S3": "TL10201", "S4": "TL20101"}


def files() -> Mapping[str, bytes]:
    """Give every list that forms of the catalogue may take choices from."""
    third = sorted(set(SITES.values()))
    second = sorted({code[:5] for code in third})
    rows = {
        "adm1.csv": [("name", "label"), *((c, f"Area {c}") for c in ("TL1", "TL2"))],
        "adm2.csv": [("name", "label", "adm1"), *((c, f"Area {c}", c[:3]) for c in second)],
        "adm3.csv": [
            ("name", "label", "adm1", "adm2"),
            *((c, f"Area {c}", c[:3], c[:5]) for c in third),
        ],
        "sites.csv": [
            ("name", "label", "adm1", "adm2", "adm3"),
            *((site, f"Site {site}", c[:3], c[:5], c) for site, c in SITES.items()),
        ],
        "flow_points.csv": [
            ("name", "label", "adm2", "code", "place"),
            *((f"point-{c}", f"FMP-{c} Bridge", c, f"FMP-{c}", "Bridge") for c in second),
        ],
        "households.csv": [
            ("name", "label", "site"),
            *((f"H-{site}-{n}", f"Household {n}", site) for site in SITES for n in (1, 2)),
        ],
    }
    return {
        name: "".join(",".join(row) + "\n" for row in table).encode()
        for name, table in rows.items()
    }
