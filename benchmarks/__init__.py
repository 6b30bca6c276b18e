"""Measurements of speed and size, run by `make bench` and recorded in docs/benchmarks.md."""
