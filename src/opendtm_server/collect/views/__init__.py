"""The pages of this room for the staff, and the addresses for phones."""
