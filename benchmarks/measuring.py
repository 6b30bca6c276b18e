"""Runs a command in a process of its own and tells its time and its largest memory."""

import os
import tempfile


def once(command: list[str]) -> tuple[float | None, float]:
    """Run a command; give the seconds that it reports on a line `seconds N` (None without), and its peak in MB."""
    with tempfile.TemporaryFile() as output:
        process = os.posix_spawn(
            command[0],
            command,
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, output.fileno(), 1),
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            ],
        )
        _, status, usage = os.wait4(process, 0)
        if os.waitstatus_to_exitcode(status):
            raise RuntimeError(f"{' '.join(command)} failed")
        output.seek(0)
        lines = output.read().decode(errors="replace").splitlines()
    said = [float(line.split()[1]) for line in lines if line.startswith("seconds ")]
    return (said[-1] if said else None), usage.ru_maxrss / 1024
