"""`opendtm form publish` and `opendtm device add`: a house is set up from the command line, and phones can use it."""

import base64
import json
import stat
import zlib
from pathlib import Path

import pytest
from tests.server.command_line import opendtm
from tests.server.factories import OperationFactory

from opendtm import catalogue
from opendtm_server.collect.phone_setup import PhoneSetup

pytestmark = pytest.mark.command_line
FORM = catalogue.ROOT / "forms" / "weekly_site_update.md"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a new house with the weekly form."""
    folder = tmp_path_factory.mktemp("house") / "new"
    done = opendtm("form", "publish", FORM, "--data", folder)
    assert done.returncode == 0, done.stderr
    assert "weekly_site_update" in done.stdout
    assert "First account: keeper" in done.stderr
    return folder


def test_phone_added_gets_address_token_and_a_code_that_says_the_same(house: Path) -> None:
    done = opendtm(
        "device",
        "add",
        "--data",
        house,
        "--name",
        "Phone Bria 3",
        "--json",
        "--base-url",
        "http://10.0.0.7/",
    )
    made = json.loads(done.stdout)
    assert made["server_url"] == f"http://10.0.0.7/openrosa/key/{made['token']}"
    assert made["browser_url"] == f"http://10.0.0.7/fill/{made['token']}/"
    qr = Path(made["qr"])
    assert qr.read_bytes().startswith(b"\x89PNG")
    assert stat.S_IMODE(qr.stat().st_mode) == 0o600


def test_phone_of_a_name_in_use_is_refused(house: Path) -> None:
    assert opendtm("device", "add", "--data", house, "--name", "twin").returncode == 0
    again = opendtm("device", "add", "--data", house, "--name", "twin", lang="fr")
    assert again.returncode == 1
    assert "OD726" in again.stderr
    assert "Traceback" not in again.stderr


def test_operation_that_is_not_there_is_named_with_those_that_are(house: Path) -> None:
    done = opendtm("device", "add", "--data", house, "--name", "x", "--operation", "absent")
    assert done.returncode == 1
    assert "OD836" in done.stderr
    assert "first" in done.stderr


def test_same_version_again_is_refused_with_a_remedy(house: Path) -> None:
    done = opendtm("form", "publish", FORM, "--data", house)
    assert done.returncode == 1
    assert "OD722" in done.stderr
    assert "What to do" in done.stderr


def test_xform_is_published_as_it_is(house: Path, tmp_path: Path) -> None:
    xform = tmp_path / "form.xml"
    assert opendtm("form", "convert", FORM, "-o", xform).returncode == 0
    changed = xform.read_bytes().replace(b'id="weekly_site_update"', b'id="another"')
    xform.write_bytes(changed)
    done = opendtm("form", "publish", xform, "--data", house)
    assert done.returncode == 0, done.stderr
    assert "another" in done.stdout


def test_what_is_no_form_is_refused_in_words(house: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.xml"
    broken.write_text("<h:html><unclosed>")
    done = opendtm("form", "publish", broken, "--data", house, lang="fr")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_setup_says_what_collect_reads() -> None:
    operation = OperationFactory.build(name="Response", name_fr="Réponse")
    setup = PhoneSetup.of("secret", operation, base_url="https://dtm.example.org", lang="fr")
    said = json.loads(zlib.decompress(base64.b64decode(setup.text())))
    assert said["general"] == {
        "server_url": "https://dtm.example.org/openrosa/key/secret",
        "form_update_mode": "match_exactly",
        "autosend": "wifi_and_cellular",
        "app_language": "fr",
    }
    assert said["project"]["name"] == "Réponse"
    assert "<svg" in setup.svg()
