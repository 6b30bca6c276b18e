"""`python -m opendtm.cli`: the same door as the command `opendtm`."""

from opendtm.cli.main import run

if __name__ == "__main__":
    run()
