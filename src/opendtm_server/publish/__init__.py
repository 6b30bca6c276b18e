"""The room `publish`; its README says what it is for."""
