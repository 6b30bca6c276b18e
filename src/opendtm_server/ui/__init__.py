"""The room `ui`; its README says what it is for."""
