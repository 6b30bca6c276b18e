"""The room `verify`; its README says what it is for."""
