"""The room `places`; its README says what it is for."""
