"""The room `matrix`; its README says what it is for."""
