"""What one device is told: the vendor-neutral `DeviceConfig`, the changes between two of them, and the intent.

Everything is a value. A change is one typed step with an inverse; `diff` orders steps so that each is legal.
This room knows the network (to say what a device should have) but no vendor's words and no device's output.
"""

from govnet.config.check import check
from govnet.config.diff import diff
from govnet.config.ops import ConflictError, apply, inverse

__all__ = ["ConflictError", "apply", "check", "diff", "inverse"]
