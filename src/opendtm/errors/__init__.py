"""One tree of errors: each has a code, a translatable sentence, a remedy, and where it happened.

An error here is for a person. It names the place (file, sheet, row, column), says what is wrong in the
reader's language and what to do next. Each floor keeps its own errors in a module of this package.
"""

from opendtm.errors.base import InputProblem, OpenDTMError, Where, every_error

__all__ = ["InputProblem", "OpenDTMError", "Where", "every_error"]
