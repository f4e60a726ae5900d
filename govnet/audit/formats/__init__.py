"""An audit in the formats that other programs read: JSON, SARIF 2.1.0, JUnit XML, CSV.

Each is a function from an `Audit` to a value or text. This room knows findings and rules; it must not know how they are
stored or shown.
"""

from govnet.audit.formats.plain import as_csv, as_object
from govnet.audit.formats.sarif import as_sarif
from govnet.audit.formats.xml import as_junit

__all__ = ["as_csv", "as_junit", "as_object", "as_sarif"]
