"""The server's commands, found by the workshop's command line through entry points.

Nothing of Django is imported until a command runs, so that `opendtm --help` stays quick.
"""

from opendtm_server.commands.demonstration import demo
from opendtm_server.commands.devices import device
from opendtm_server.commands.house import serve
from opendtm_server.commands.publishing import form
from opendtm_server.commands.pulling import pull
from opendtm_server.commands.recomputing import matrix

__all__ = ["demo", "device", "form", "matrix", "pull", "serve"]
