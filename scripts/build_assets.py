"""Brings what the program shows but git does not hold: fonts, the world file, OCHA's icons, the bundle.

Everything comes from npm (`frontend/package-lock.json`) and PyPI (`requirements-assets.lock`), pinned by
hash. Idempotent: what is there and up to date is left alone, so a second call takes a moment.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

from fontTools import subset

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
MODULES = FRONTEND / "node_modules"
STAMP = MODULES / ".opendtm-lock"
FONTS = ROOT / "src/opendtm/render/fonts"
ICONS = ROOT / "src/opendtm/render/icons"
WORLD = ROOT / "src/opendtm/geo/world"
STATIC = ROOT / "src/opendtm_server/ui/static/build"
ICON_SOURCE = ROOT / "build/icons"
ICON_FOLDER = "wagtailhumanitarianicons/templates/wagtailhumanitarianicons/icons"
SECTORS = ROOT / "src/opendtm/catalogue/codes/sector.yaml"

TTF = {
    "NotoSans-Regular": "noto-sans/400Regular/NotoSans_400Regular",
    "NotoSans-Medium": "noto-sans/500Medium/NotoSans_500Medium",
    "NotoSans-SemiBold": "noto-sans/600SemiBold/NotoSans_600SemiBold",
    "NotoSans-Bold": "noto-sans/700Bold/NotoSans_700Bold",
    "NotoSans-Italic": "noto-sans/400Regular_Italic/NotoSans_400Regular_Italic",
    "NotoSansArabic-Regular": "noto-sans-arabic/400Regular/NotoSansArabic_400Regular",
    "NotoSansArabic-SemiBold": "noto-sans-arabic/600SemiBold/NotoSansArabic_600SemiBold",
}
LATIN = [
    *range(0x20, 0x180),
    *range(0x2010, 0x2028),
    0x202F,
    *range(0x2030, 0x203B),
    0x20AC,
    0x2122,
    0x2212,
]
FEATURES = [
    "kern",
    "liga",
    "tnum",
    "pnum",
    "lnum",
    "locl",
    "ccmp",
    "mark",
    "mkmk",
    "rlig",
    "init",
    "medi",
    "fina",
]
MORE_ICONS = {
    "arrivals": "people-targeted",
    "departures": "internally-displaced",
    "population": "affected-population",
    "households": "house",
    "returnee": "population-return",
    "site": "idp-refugee-camp",
    "location": "location",
    "alert": "alert",
}


def main() -> int:
    """Bring every asset up to date; the exit status of the first step that failed."""
    try:
        install_modules()
        copy_fonts()
        copy_world()
        copy_icons()
        bundle()
    except subprocess.CalledProcessError as error:
        print(f"{' '.join(map(str, error.cmd))}: exit status {error.returncode}", file=sys.stderr)
        return error.returncode
    return 0


def install_modules() -> None:
    """Install exactly what the lock file names, unless that was done already."""
    lock = hashlib.sha256((FRONTEND / "package-lock.json").read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == lock:
        return
    _run(
        "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", cwd=FRONTEND
    )
    STAMP.write_text(lock)


def copy_fonts() -> None:
    """Copy the fonts for print, and make small copies of them for the web."""
    _copy(_matplotlib() / "mpl-data/fonts/ttf/DejaVuSans.ttf", FONTS / "DejaVuSans.ttf")
    for name, source in TTF.items():
        origin = MODULES / "@expo-google-fonts" / f"{source}.ttf"
        _copy(origin, FONTS / f"{name}.ttf")
        web = FONTS / f"{name}.woff"
        if _older(web, origin):
            _make_web_font(origin, web, arabic="Arabic" in name)
        _copy(web, STATIC / "fonts" / web.name)


def _matplotlib() -> Path:
    """Find the library that carries DejaVu Sans, whose signs and letters Noto Sans lacks."""
    found = importlib.util.find_spec("matplotlib")
    if found is None or found.origin is None:
        raise SystemExit("matplotlib is missing: install requirements.lock first")
    return Path(found.origin).parent


def _make_web_font(origin: Path, target: Path, *, arabic: bool) -> None:
    options = subset.Options(flavor="woff", layout_features=FEATURES, with_zopfli=False)
    font = subset.load_font(str(origin), options)
    chosen = font.getBestCmap() if arabic else LATIN
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=chosen)
    subsetter.subset(font)
    subset.save_font(font, str(target), options)


def copy_world() -> None:
    """Copy the outlines of all countries (Natural Earth, 1:50 million)."""
    _copy(MODULES / "world-atlas/countries-50m.json", WORLD / "countries-50m.json")


def copy_icons() -> None:
    """Copy the icons that the reports use, one a sector, drawn in the colour of the text around them."""
    wanted = _sector_icons() | MORE_ICONS
    missing = [name for name in wanted if _older(ICONS / f"{name}.svg", Path(__file__))]
    if not missing:
        return
    requirements = ROOT / "requirements-assets.lock"
    if _older(ICON_SOURCE / ICON_FOLDER, requirements):
        pip = (
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--upgrade",
            "--require-hashes",
        )
        _run(
            *pip,
            "--disable-pip-version-check",
            "--target",
            str(ICON_SOURCE),
            "-r",
            str(requirements),
        )
    for name in missing:
        drawing = (ICON_SOURCE / ICON_FOLDER / f"{wanted[name]}.svg").read_text(encoding="utf-8")
        _write(ICONS / f"{name}.svg", normalised(drawing))


def _sector_icons() -> dict[str, str]:
    found = re.findall(r"name: (\w+),.*icon: \"([\w-]+)\"", SECTORS.read_text(encoding="utf-8"))
    return dict(found)


def normalised(drawing: str) -> str:
    """Give an icon as one plain SVG: its shapes in a square box, filled with the current colour."""
    root = ET.fromstring(drawing)  # noqa: S314 - a file of the pinned package
    left, top, width, height = (float(part) for part in root.attrib["viewBox"].split())
    side = max(width, height)
    box = (left - (side - width) / 2, top - (side - height) / 2, side, side)
    shapes = [
        shape
        for shape in root.iter()
        if _tag(shape) in {"path", "circle", "rect", "polygon", "ellipse"}
    ]
    kept = {
        "d",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "x",
        "y",
        "width",
        "height",
        "points",
        "transform",
        "fill-rule",
    }
    lines = [
        f"<{_tag(shape)} "
        + " ".join(f'{key}="{value}"' for key, value in shape.attrib.items() if key in kept)
        + "/>"
        for shape in shapes
    ]
    view = " ".join(f"{part:g}" for part in box)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" fill="currentColor">{"".join(lines)}</svg>\n'


def _tag(shape: ET.Element) -> str:
    return shape.tag.rpartition("}")[2]


def bundle() -> None:
    """Build the scripts and styles of the house, where the front end says how."""
    if (FRONTEND / "build.mjs").exists():
        _run("node", "build.mjs", cwd=FRONTEND)


def _run(program: str, *arguments: str, cwd: Path = ROOT) -> None:
    found = program if Path(program).is_absolute() else _node_program(program)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    subprocess.run([found, *arguments], cwd=cwd, check=True, env={**os.environ, "PATH": path})


def _node_program(name: str) -> str:
    """Find node or npm on the path or in the virtual environment; install it from PyPI where it is absent."""
    own = str(Path(sys.executable).parent)
    found = shutil.which(name) or shutil.which(name, path=own)
    if not found:
        lock = str(ROOT / "requirements-node.lock")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock]
        subprocess.run(pip, check=True)
        found = shutil.which(name, path=own) or name
    return found


def _older(target: Path, source: Path) -> bool:
    return not target.exists() or target.stat().st_mtime < source.stat().st_mtime


def _copy(source: Path, target: Path) -> None:
    if _older(target, source):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def _write(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
