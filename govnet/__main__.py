"""`python -m govnet` is the `govnet` command."""

from govnet.cli.main import run

run()
