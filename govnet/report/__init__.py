"""The auditor's page: one self-contained HTML file that tells what a run found, said and proved.

This room turns values (a `Run`) into text and knows nothing else: it opens no session, reads no clock, decides no
verdict. The same run gives the same bytes. What was not seen is shown as not seen, never as passed and never as 0.
"""

from govnet.report.page import render, write
from govnet.report.run import Phase, Run

__all__ = ["Phase", "Run", "render", "write"]
