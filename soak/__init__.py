"""The proof of the house's first promise: what was acknowledged is never lost, altered or doubled.

`python -m soak` starts real houses on SQLite and on a private PostgreSQL, lets honest, broken and lying
phones talk to them, kills what can be killed, fills the disk, cuts the power, and then reads what is left
through doors of its own. README.md says how to read the result.
"""
