"""Rules on rule lists themselves: what they do with a packet that no line matches, and with every packet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.audit.evidence import Kind
from govnet.audit.rule import ConfigRule
from govnet.audit.verdict import Severity
from govnet.config.model import Verdict as Decision
from govnet.isolation.filters import permitted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.audit.evidence import Evidence
    from govnet.audit.verdict import Finding
    from govnet.config.model import AclBinding
    from govnet.config.reading import Reading
    from govnet.network.model import Device


class DefaultDeny(ConfigRule):
    """Passes when what no line matches is dropped and logged: always of a loaded zone policy, of an ACL by its end.

    Fails for a firewall without a zone policy, and for an ACL at work that lets through what no line names.
    """

    id = "ACL-01"
    title = "默认拒绝"
    title_en = "Default deny"
    clause = "GB/T 22239-2019 8.1.3.2 a)"
    severity = Severity.CRITICAL
    needs = (Kind.CONFIG,)

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield a verdict for a firewall's policy and for each ACL at work."""
        expected, seen = "what no rule permits is dropped and logged", evidence.running(device.name)
        if reading.config.firewall is not None:
            yield self.passed(device.name, expected, "the zone policy drops and logs the rest", seen)
        elif device.role == "fw":
            yield self.failed(device.name, expected, "no zone policy is loaded: everything passes", seen)
        for binding in sorted(reading.config.bindings):
            yield self._bound(evidence, device, reading, binding)

    def _bound(self, evidence: Evidence, device: Device, reading: Reading, binding: AclBinding) -> Finding:
        name = f"{device.name}:{binding.target} {binding.acl} {binding.direction}"
        expected, seen = "what no line permits is denied and logged", evidence.running(device.name)
        acl = reading.config.acls.get(binding.acl)
        if acl is None:
            return self.unknown(name, f"the ACL {binding.acl}, which the running configuration does not show", seen)
        last = acl.filters[-1] if acl.filters else None
        named = [line for line in acl.filters if line.verdict is Decision.PERMIT]
        rest = permitted(acl.filters, binding.default).difference(permitted(tuple(named), Decision.DENY))
        if rest:
            return self.failed(name, expected, f"passes unnamed: {rest}", seen)
        if last is None or last.verdict is not Decision.DENY or not last.log:
            return self.failed(name, expected, "the rest is dropped silently: no final deny that logs", seen)
        return self.passed(name, expected, "ends with a deny that logs", seen)
