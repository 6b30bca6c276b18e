"""The house: one installation for one country team, built on the workshop (`opendtm`)."""
