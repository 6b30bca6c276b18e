"""Pages of the room: sites, their changes, areas."""
