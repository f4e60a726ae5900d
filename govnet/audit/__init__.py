"""The rules of the audit: what was seen of a network, held against the clauses that it has to meet.

`audit` takes an `Evidence` (configurations, tables, readings, documents, all as values) and returns an `Audit` of
`Finding`s; each is ``pass``, ``fail``, ``unknown`` or ``not_applicable`` and says what was expected, what was seen, and
where. This room knows networks, configurations and the proof; it must not know how evidence is fetched: no session, no
file, no clock, no vendor.

A rule is added as one class in a module of `govnet.audit.rules`: give it ``id``, ``title``, ``title_en``, ``clause``,
``severity``, where needed ``planes``, ``level`` (3 for clauses of level 3 only) and ``needs``, and a ``check`` that
yields ``self.passed``, ``self.failed``, ``self.unknown`` or ``self.not_applicable`` for each object. `ConfigRule` goes
over devices and leaves the unread ones unknown; `DocumentRule` is settled by a record in ``audit.yaml``;
`CrossPlaneRule` judges one plane, and pairs of planes when a bundle of another is at hand. The registry
finds the class by itself. A rule that only a document settles is a row of `govnet.audit.rules.documents`: take the row
out when a class comes in.
"""

from govnet.audit.evidence import Evidence, Kind
from govnet.audit.parameters import Parameters
from govnet.audit.registry import rules
from govnet.audit.run import Audit, audit
from govnet.audit.verdict import Finding, Reference, Severity, Verdict

__all__ = [
    "Audit",
    "Evidence",
    "Finding",
    "Kind",
    "Parameters",
    "Reference",
    "Severity",
    "Verdict",
    "audit",
    "rules",
]
