"""Errors of the engines that compute and of lakes: no such engine, no Spark, a cluster that does not answer."""

from opendtm.errors.base import InputProblem
from opendtm.i18n import mark


class EngineUnknown(InputProblem):
    """An engine was named that there is not, or an address that is none."""

    code = "OD963"
    sentence = mark("There is no engine {address}.")
    remedy = mark(
        "Write duckdb, or the address of a Spark master as its own page shows it, such as "
        "spark://10.0.0.5:7077; spark://local computes with Spark on this machine alone."
    )


class SparkMissing(InputProblem):
    """Spark was asked for where PySpark, or a Java that can run it, is not installed."""

    code = "OD964"
    sentence = mark("Spark cannot be used: {reason}.")
    remedy = mark(
        "Spark needs PySpark (pip install 'opendtm[spark]', half a gigabyte) and Java 17 or 21 (on Debian: sudo "
        "apt-get install openjdk-17-jre-headless; JAVA_HOME names another one). Without --engine figures are the same."
    )


class LakeUnusable(InputProblem):
    """A folder is no lake, or its panels cannot be computed together."""

    code = "OD965"
    sentence = mark("The lake {name} cannot be used: {reason}.")
    remedy = mark(
        "A lake holds a folder an operation, with the panels that opendtm lake add writes."
    )


class SparkUnreachable(InputProblem):
    """No Spark master answers at the address."""

    code = "OD966"
    sentence = mark("No Spark master answers at {address}.")
    remedy = mark(
        "Check host and port on the master's own page, that it runs, and that this machine may reach it."
    )


class SparkFailed(InputProblem):
    """A Spark cluster took the work and did not finish it."""

    code = "OD967"
    sentence = mark("Spark at {address} did not finish the work: {reason}")
    remedy = mark(
        "See on the master's page that workers are there and have memory left, and that each reads the files "
        "under the same path; then start again."
    )


class ColumnsAlike(InputProblem):
    """An engine would take columns of a table for one and the same."""

    code = "OD975"
    sentence = mark(
        "The columns {names} cannot be told apart: their names differ in capital letters at most."
    )
    remedy = mark("Rename one of them.")
