"""The room `collect`; its README says what it is for."""
