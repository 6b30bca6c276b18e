"""The room `demo`; its README says what it is for."""
