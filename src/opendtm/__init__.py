"""The workshop: everything that turns answers into figures and figures into reports.

Pure Python over plain files: no server, no network, no clock, no global state, so that a ministry
without our server still computes the same figures.
"""

__version__ = "0.1.0"
