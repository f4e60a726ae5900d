"""Devices with no command line that anyone has published, which a person configures at a web console.

``say`` gives the steps of a work order in English and Chinese; nothing is ever sent. ``read`` takes govnet's own
interchange form, an evidence record over CSV tables, which a person fills from whatever the product exports. It is
no vendor's format and says nothing about how any product works. The form is described in `evidence` and `tables`. This
room must not know any vendor's words, prompts or defaults, because no source tells them.
"""

from govnet.platforms.manual.evidence import Evidence
from govnet.platforms.manual.order import Language, work_order
from govnet.platforms.manual.platform import Manual, read_evidence

__all__ = ["PLATFORM", "Evidence", "Language", "Manual", "read_evidence", "work_order"]

PLATFORM = Manual()
