"""Spark on this machine, started once for all tests that compute on both engines."""

from collections.abc import Iterator

import pytest
from tests.workshop.measure.engines.cluster import settings

from opendtm.measure.engines import Engine, engine_at


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Give a small Spark that stays on the loopback."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings(tmp_path_factory.mktemp("conf")).items():
            patch.setenv(name, value)
        with engine_at("spark://local") as engine:
            yield engine
