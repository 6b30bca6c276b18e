"""The server's commands, found by the workshop's command line through entry points."""
