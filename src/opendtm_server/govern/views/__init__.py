"""Pages of the room: signing in, the desk, people."""
