"""The desk's pages of figures, of early warning, and of the severity of needs."""
