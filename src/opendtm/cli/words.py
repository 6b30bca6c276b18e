"""Words of the library under the commands, so that its usage lines and mistakes exist in French as well.

The library looks them up by their English wording; nothing imports this module.
"""

from opendtm.i18n import mark

BORROWED = (
    mark("Usage:"),
    mark("Options"),
    mark("Arguments"),
    mark("Positional arguments"),
    mark("Commands"),
    mark("Error: {message}"),
    mark("Aborted!"),
    mark("Show this message and exit."),
    mark("Try '{command} {option}' for help."),
    mark("Missing argument"),
    mark("Missing option"),
    mark("Missing parameter"),
    mark("Missing command."),
    mark("required"),
    mark("default: {default}"),
    mark("Invalid value: {message}"),
    mark("Invalid value for {param_hint}: {message}"),
    mark("No such command {name!r}."),
    mark("No such option {name!r}."),
    mark("Option {name!r} does not take a value."),
    mark("file"),
    mark("directory"),
    mark("path"),
    mark("{name} {filename!r} does not exist."),
    mark("{name} {filename!r} is a directory."),
    mark("{name} {filename!r} is a file."),
    mark("{name} {filename!r} is not readable."),
    mark("{name} {filename!r} is not writable."),
    mark("{value!r} is not a valid {number_type}."),
    mark("{value} is not in the range {range}."),
)
