"""Rules on who may log in and ask: SNMP communities, accounts that came with the box, limits on guessing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from govnet.audit.evidence import Kind
from govnet.audit.rule import L3, ConfigRule, Rule, by_document, declared_level
from govnet.audit.rules.ways_in import answered
from govnet.audit.verdict import Severity
from govnet.audit.views import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.audit.evidence import Evidence
    from govnet.audit.verdict import Finding, Reference
    from govnet.config.reading import Reading
    from govnet.network.built import Device

Problem = tuple[str, "Reference"]
_COMMUNITY = re.compile(
    r"^\s*(?:sys|config\s+sys)?\s*(?:set\s+)?snmp(?:-server|-agent)?\s+community\b|\bcommunity\s+(?:add|read|write|ro|rw)\b",
    re.IGNORECASE,
)
_OLD_VERSION = re.compile(r"\bsnmp(?:-agent)?\s+sys-info\s+version\s+(?:.*\b)?(?:v1|v2c|all)\b", re.IGNORECASE)
_OFF = re.compile(r"^\s*(?:undo|no)\b|\bdelete\b", re.IGNORECASE)


class SnmpV3Only(ConfigRule):
    """Passes when no line grants a community and a probe by SNMP v2c stays without an answer; fails when either does.

    Users of SNMPv3 are set up at the console and show in no configuration of these devices, so without a probe the
    absence of communities proves nothing: unknown.
    """

    id = "MGT-04"
    title = "仅 SNMPv3"
    title_en = "SNMPv3 authPriv only"
    demand = "只用 SNMPv3 认证加密，不用团体字"
    clause = "GB/T 22239-2019 8.1.4.1 c), 8.1.4.2 b)"
    severity = Severity.HIGH
    needs = (Kind.CONFIG,)

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield one verdict."""
        problems: list[Problem] = [
            (line.text.strip(), evidence.running(device.name, line))
            for line in lines_of(evidence, device.name, reading)
            if (_COMMUNITY.search(line.text) or _OLD_VERSION.search(line.text)) and not _OFF.search(line.text)
        ]
        seen = evidence.record(Kind.PROBES, device.name)
        problems += [
            (f"{one.what} is answered", seen) for one in answered(evidence, device.name, ("snmp v1", "snmp v2c"))
        ]
        expected, probed = "no community, no answer to v2c", probes_of(evidence, device.name, "snmp v2c")
        if problems or probed:
            yield self.decide(device.name, expected, problems, "no answer to v2c", evidence.running(device.name))
        else:
            yield self.unknown(device.name, f"a probe of {device.name} by SNMP v2c", expected=expected)


class NoDefaultCommunities(Rule):
    """Passes when probes with the communities that boxes come with stay unanswered; fails with the one that is not."""

    id = "MGT-05"
    title = "无默认团体字"
    title_en = "No default communities"
    demand = "默认团体字都不应答"
    clause = "GB/T 22239-2019 8.1.4.2 b)"
    severity = Severity.CRITICAL
    needs = (Kind.PROBES,)
    communities: ClassVar[tuple[str, ...]] = ("public", "private", "secret")

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each device that is logged in to."""
        for device in evidence.network.commanded():
            whats = [f"snmp v{version} {name}" for version in ("1", "2c") for name in self.communities]
            asked = [what for what in whats if probes_of(evidence, device.name, what)]
            seen, expected = evidence.record(Kind.PROBES, device.name), "no default community is answered"
            problems = [(f"{probe.what} is answered", seen) for probe in answered(evidence, device.name, whats)]
            if problems or {what.rpartition(" ")[2] for what in asked} == set(self.communities):
                yield self.decide(device.name, expected, problems, f"none of {len(asked)} tries", seen)
            else:
                supply = f"probes of {device.name} with the communities {', '.join(self.communities)}"
                yield self.unknown(device.name, supply, expected=expected)


class DefaultAccounts(Rule):
    """Passes when tries to log in with the accounts that the box came with are refused; fails with the one let in.

    Tries are made in a lab or by a person: without any, a record of the changed passwords settles it.
    """

    id = "MGT-06"
    title = "默认账户与口令"
    title_en = "Default accounts"
    demand = "默认账户已改口令或停用"
    clause = "GB/T 22239-2019 8.1.4.2 b), c)"
    severity = Severity.CRITICAL

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each device that is logged in to."""
        for device in evidence.network.commanded():
            tried = probes_of(evidence, device.name, "login ")
            if not tried:
                yield by_document(
                    self, evidence, device.name, f"a record that the default accounts of {device.name} are changed"
                )
                continue
            seen = evidence.record(Kind.PROBES, device.name)
            problems = [(f"{probe.what} is let in", seen) for probe in answered(evidence, device.name, ("login ",))]
            yield self.decide(device.name, "no default account is let in", problems, f"none of {tried}", seen)


def probes_of(evidence: Evidence, name: str, what: str) -> int:
    """Return how many probes of a kind were made of an object, answered or not."""
    return sum(one.object == name and one.what.startswith(what) for one in evidence.probes or ())


class LoginLimits(ConfigRule):
    """Passes when lines that a device shows set both a limit to failed logins and an idle timeout within the bounds.

    Fails for a limit or timeout beyond them. What no line says is the box's own default, which nobody has recorded:
    unknown, or settled by a record.
    """

    id = "MGT-08"
    title = "登录失败与超时"
    title_en = "Failed logins and idle sessions"
    demand = "限制登录失败次数与空闲时间"
    clause = "GB/T 22239-2019 8.1.4.1 b)"
    severity = Severity.MEDIUM
    needs = (Kind.CONFIG,)
    tries: ClassVar[re.Pattern[str]] = re.compile(r"\bwrong-password retry-interval \d+ retry-time (\d+)\b")

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield one verdict."""
        most, longest = self.parameters.login_max_fail, self.parameters.idle_timeout_s
        lines = list(lines_of(evidence, device.name, reading))
        idle = [(seconds, one) for one in lines if (seconds := idle_seconds(one.text)) is not None]
        tries = [(int(m[1]), one) for one in lines if (m := self.tries.search(one.text))]
        problems: list[Problem] = [
            (f"idle timeout {seconds} s", evidence.running(device.name, one))
            for seconds, one in idle
            if not 0 < seconds <= longest
        ]
        problems += [(f"{count} tries", evidence.running(device.name, one)) for count, one in tries if count > most]
        expected = f"at most {most} tries, idle at most {longest} s"
        if problems or (idle and tries):
            yield self.decide(device.name, expected, problems, "both within", evidence.running(device.name))
        else:
            supply = "the limit of failed logins and the idle timeout: the lines shown do not say both;"
            yield by_document(self, evidence, device.name, f"{supply} their values")


_IDLE = re.compile(
    r"^\s*(?:idle-timeout (?P<vrp>\d+)(?: (?P<rest>\d+))?|(?:config )?cli timeout (?P<seconds>\d+)"
    r"|telnet-access inactive-timeout (?P<minutes>\d+))\s*$"
)


def idle_seconds(text: str) -> int | None:
    """Return after how many idle seconds a line ends a session; 0 for never, None for a line about something else.

    VRP counts minutes and seconds, a stackable minutes; a Passport's 3600 (a capture of software 3.5) is seconds.
    """
    found = _IDLE.match(text)
    if found is None:
        return None
    minutes = int(found["vrp"] or found["minutes"] or 0)
    return minutes * 60 + int(found["rest"] or found["seconds"] or 0)


class CentralAuthentication(ConfigRule):
    """Passes for a device that asks a RADIUS or TACACS+ server who logs in, and a jump host with a second factor.

    Fails for a switch or router of a network at level 3 that shows its whole text and no server. Where no level is
    declared, or the text is not kept, a record settles it; the jump host's second factor is always a record.

    Attributes:
        asking: lines that name a server.
        forwarding: roles whose text would say it.
    """

    id = "MGT-10"
    title = "集中认证与双因素"
    title_en = "Central authentication, two factors"
    demand = "设备集中认证，跳板机用双因素"
    clause = "GB/T 22239-2019 8.1.4.1 d)"
    severity = Severity.HIGH
    level = L3
    asking: ClassVar[re.Pattern[str]] = re.compile(r"^\s*(?!undo|no )[^!#]*\b(radius|(hw)?tacacs)\b.*\d", re.IGNORECASE)
    forwarding: ClassVar[frozenset[str]] = frozenset({"core", "agg", "acc", "ce", "cpe", "pe", "rr"})

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield the verdicts of every device, and one on the jump host."""
        yield from super().check(evidence)
        yield by_document(self, evidence, "jump host", "the certificate or token that the jump host asks for")

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield one verdict for a device."""
        found = next((line for line in lines_of(evidence, device.name, reading) if self.asking.search(line.text)), None)
        expected = "a RADIUS or TACACS+ server is asked who logs in"
        if found:
            yield self.passed(device.name, expected, str(found), evidence.running(device.name, found))
        elif declared_level(evidence) == L3 and device.name in evidence.texts and device.role in self.forwarding:
            yield self.failed(device.name, expected, "no server is named", evidence.running(device.name))
        else:
            yield by_document(self, evidence, device.name, f"how {device.name} asks who logs in")
