"""What a program leaves behind."""

from __future__ import annotations

from typing import NamedTuple


class Result(NamedTuple):
    """Exit status, standard output and standard error of one program."""

    status: int = 0
    out: str = ""
    err: str = ""
