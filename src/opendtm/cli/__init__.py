"""The command line: what the workshop does over plain files. Heavy imports wait until a command runs."""
