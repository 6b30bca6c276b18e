"""Starting Spark: Java, the master, its workers, each with an error of its own before any work is sent.

The Java machine of a process is started once and serves every later start. What it says goes to a file, because
its warnings at every start are for nobody; its first lines are told where it does not come up.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from os import environ
from pathlib import Path
from threading import Event, Timer
from typing import TYPE_CHECKING, Any

from opendtm.errors.measure_engines import SparkFailed, SparkMissing, SparkUnreachable
from opendtm.i18n import Message, mark

if TYPE_CHECKING:
    from opendtm.measure.engines.cluster import Spark

Master = tuple[str, int]

NO_PYSPARK = mark("PySpark is not installed beside OpenDTM")
NO_JAVA = mark("there is no Java on this machine")
BAD_JAVA = mark("its Java machine did not start: {said}")
NO_WORKER = mark("no worker took the work within {seconds} seconds")
PATIENCE = 120  # seconds for workers to come; a cluster that starts itself needs some of them
REACH = 5_000  # milliseconds for a master to answer
SETTINGS = {
    "spark.app.name": "opendtm",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.objectHashAggregate.sortBased.fallbackThreshold": "100000",  # lists of sources by site
}
BINDING = {  # figures depend on these, so that no file of settings may change them
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "true",
    "spark.sql.ansi.enabled": "true",
}


@contextmanager
def started(address: str, masters: Sequence[Master]) -> "Iterator[Spark]":
    """Start Spark on the cluster of some masters, on this machine without any; stop it afterwards.

    Settings of an operator (`spark-defaults.conf` of SPARK_CONF_DIR) hold, but for those that figures depend on.
    Raises SparkMissing, SparkUnreachable; SparkFailed where the work given to it is not finished.
    """
    if find_spec("pyspark") is None:
        raise SparkMissing(reason=Message(NO_PYSPARK))
    from py4j.protocol import Py4JError  # noqa: PLC0415 - not installed everywhere
    from pyspark.errors import PySparkException  # noqa: PLC0415

    from opendtm.measure.engines.cluster import Spark  # noqa: PLC0415

    gateway = java()
    if masters and not any(_answers(gateway.jvm, master) for master in masters):
        raise SparkUnreachable(address=address)
    try:
        with _context(gateway, masters, address) as context:
            engine = Spark(context)
            _await_workers(engine, address)
            yield engine
    except (PySparkException, Py4JError) as fault:
        raise SparkFailed(address=address, reason=_first_line(fault)) from fault


@cache
def java() -> Any:
    """Start the Java machine of this process. SparkMissing where there is none that Spark can run on."""
    from pyspark.errors import PySparkException  # noqa: PLC0415
    from pyspark.java_gateway import launch_gateway  # noqa: PLC0415

    home = environ.get("JAVA_HOME")
    if shutil.which(str(Path(home, "bin", "java")) if home else "java") is None:
        raise SparkMissing(reason=Message(NO_JAVA))
    with tempfile.TemporaryFile() as said:
        try:
            return launch_gateway(popen_kwargs={"stderr": said})
        except PySparkException as fault:
            said.seek(0)
            lines = said.read().decode(errors="replace").strip().splitlines()
            reason = Message(BAD_JAVA, {"said": " ".join(lines[:2]) or str(fault)})
            raise SparkMissing(reason=reason) from fault


def _answers(jvm: Any, master: Master) -> bool:
    """Tell whether anybody listens there; asked through Java, since the workshop itself opens no connection."""
    from py4j.protocol import Py4JJavaError  # noqa: PLC0415

    line = jvm.java.net.Socket()
    try:
        line.connect(jvm.java.net.InetSocketAddress(*master), REACH)
    except Py4JJavaError:
        return False
    finally:
        line.close()
    return True


@contextmanager
def _context(gateway: Any, masters: Sequence[Master], address: str) -> Iterator[Any]:
    from pyspark import SparkConf, SparkContext  # noqa: PLC0415

    conf = SparkConf(_jvm=gateway.jvm)
    for name, value in SETTINGS.items():
        conf.setIfMissing(name, value)
    conf.setAll(BINDING.items())
    places = ",".join(
        f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in masters
    )
    conf.setMaster(f"spark://{places}" if masters else "local[*]")
    if all(_is_loopback(host) for host, _ in masters):
        conf.set("spark.driver.host", "127.0.0.1").set("spark.driver.bindAddress", "127.0.0.1")
    try:
        context = SparkContext(conf=conf, gateway=gateway)
    except ValueError as fault:  # there is one in this process already
        raise SparkFailed(address=address, reason=_first_line(fault)) from fault
    try:
        yield context
    finally:
        context.stop()


def _is_loopback(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.")


def _await_workers(engine: "Spark", address: str) -> None:
    """See one small job through; SparkFailed where nobody takes it in time."""
    late = Event()

    def give_up() -> None:
        late.set()
        engine.give_up()

    waited = Timer(PATIENCE, give_up)
    waited.daemon = True
    waited.start()
    try:
        engine.try_out()
    except Exception as fault:
        if not late.is_set():
            raise
        reason = Message(NO_WORKER, {"seconds": PATIENCE})
        raise SparkFailed(address=address, reason=reason) from fault
    finally:
        waited.cancel()


def _first_line(fault: Exception) -> str:
    """Give what Spark says first, without the many lines of where in its own code it happened."""
    return next(
        (line.strip() for line in str(fault).splitlines() if line.strip()), type(fault).__name__
    )
