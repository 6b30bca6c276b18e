"""The room `govern`; its README says what it is for."""
