"""The Matrix: signed-off answers become figures, each traceable to its submissions."""
