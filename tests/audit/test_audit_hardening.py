"""The rules on management of devices: a passing and a failing example of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from ipaddress import IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

import pytest
from support.audits import NOON, Case, edited, evidence, levelled, recorded, unread, verdicts, with_rules
from support.isolation import RUNNER, hall, hall_configs

from govnet.audit import Evidence
from govnet.audit.rules.accounts import idle_seconds
from govnet.audit.tables import Probe, Sample
from govnet.config.filtering import Filter
from govnet.config.filtering import Verdict as Decision
from govnet.config.model import DeviceConfig, Management

if TYPE_CHECKING:
    from govnet.network.model import Network

CLOSED = Management(sources=frozenset({RUNNER}), telnet=False, web=False)


def managed(**changes: object) -> dict[str, DeviceConfig]:
    """Return the hall's configurations, all closed, and the core with something changed."""
    configs = {
        name: replace(config, management=replace(config.management, telnet=False, web=False))
        for name, config in hall_configs().items()
    }
    core = replace(configs["core"], management=replace(CLOSED, **changes))  # type: ignore[arg-type]  # names of the class
    return {**configs, "core": core}


def showing(*lines: str, network: Network | None = None, probes: tuple[Probe, ...] | None = None) -> Evidence:
    """Return evidence on the hall of which the core shows some lines."""
    seen = evidence(network or hall(), configs=managed(), probes=probes)
    return replace(seen, texts={"core": "\n".join(lines)})


def tried(what: str, *, answered: bool = False, of: str = "core") -> Probe:
    return Probe(what, of, answered, NOON)


def made_by(vendor: str, *, record: bool = False) -> Evidence:
    network = hall()
    core = replace(network.devices["core"], vendor=vendor, model="ERS-8610", software="4.1.0.0")
    network = replace(network, devices={**network.devices, "core": core})
    return evidence(recorded(network, "MGT-12") if record else network)


def heard(**ages: float) -> Evidence:
    samples = (Sample("up", name, 1.0, NOON - timedelta(seconds=age)) for name, age in ages.items())
    return evidence(hall(), samples=tuple(samples))


def open_to_users() -> dict[str, DeviceConfig]:
    configs = managed()
    wide = with_rules(configs["fw"], ("prv", "mgt"), Filter(Decision.PERMIT, "tcp", ports=((22, 22),)))
    return {**configs, "fw": wide}


def telnet_inventory() -> Network:
    network = hall()
    core = replace(network.devices["core"], data={"transport": "telnet"})
    return replace(network, devices={**network.devices, "core": core})


DEFAULTS = tuple(tried(f"snmp v2c {name}") for name in ("public", "private", "secret"))

CASES = [
    # Management is a zone.
    Case(
        "MGT-01",
        "managed out of band",
        lambda: evidence(hall(), configs=managed()),
        {"acc": "pass", "core": "unknown", "prv > mgt": "pass"},
    ),
    Case(
        "MGT-01",
        "managed on a user's VLAN",
        lambda: evidence(
            hall(),
            configs=edited(
                "acc", lambda c: replace(c, management=replace(c.management, address=IPv4Interface("10.1.1.9/24")))
            ),
        ),
        {"acc": "fail"},
    ),
    Case(
        "MGT-01",
        "users get in",
        lambda: evidence(hall(), configs=open_to_users()),
        {"prv > mgt": "fail", "pub > mgt": "pass"},
    ),
    Case("MGT-01", "level 2", lambda: evidence(levelled(hall(), 2), configs=managed()), {"hand": "not_applicable"}),
    # Who may open a session.
    Case("MGT-02", "the runner", lambda: evidence(hall(), configs=managed()), {"core": "pass"}),
    Case("MGT-02", "no policy", lambda: evidence(hall(), configs=managed(sources=frozenset())), {"core": "fail"}),
    Case(
        "MGT-02",
        "anybody",
        lambda: evidence(hall(), configs=managed(sources=frozenset({RUNNER, IPv4Network("0.0.0.0/0")}))),
        {"core": "fail", "acc": "pass"},
    ),
    # Clear text.
    Case("MGT-03", "SSH alone", lambda: evidence(hall(), configs=managed()), {"core": "pass"}),
    Case("MGT-03", "Telnet", lambda: evidence(hall(), configs=managed(telnet=True)), {"core": "fail", "acc": "pass"}),
    Case("MGT-03", "web", lambda: evidence(hall(), configs=managed(web=True)), {"core": "fail"}),
    Case(
        "MGT-03",
        "a port answers",
        lambda: evidence(hall(), configs=managed(), probes=(tried("tcp/23", answered=True),)),
        {"core": "fail", "acc": "pass"},
    ),
    Case("MGT-03", "by the inventory", lambda: evidence(telnet_inventory(), configs=managed()), {"core": "fail"}),
    Case(
        "MGT-03",
        "a line nobody understood",
        lambda: Evidence(hall(), NOON, readings={"core": unread(managed()["core"], "boot config flags ftpd true")}),
        {"core": "unknown", "acc": "unknown"},
    ),
    Case(
        "MGT-03",
        "a line that switches it off",
        lambda: Evidence(hall(), NOON, readings={"core": unread(managed()["core"], "undo telnet server enable")}),
        {"core": "pass"},
    ),
    # SNMP.
    Case("MGT-04", "no answer", lambda: showing(probes=DEFAULTS), {"core": "pass", "acc": "unknown"}),
    Case("MGT-04", "a community", lambda: showing("snmp-agent community read cipher ****"), {"core": "fail"}),
    Case("MGT-04", "v2c", lambda: showing("snmp-agent sys-info version v2c v3"), {"core": "fail"}),
    Case("MGT-04", "v3 alone", lambda: showing("snmp-agent sys-info version v3", probes=DEFAULTS), {"core": "pass"}),
    Case(
        "MGT-04",
        "a community taken away",
        lambda: showing("undo snmp-agent community public", probes=DEFAULTS),
        {"core": "pass"},
    ),
    Case(
        "MGT-04",
        "v2c is answered",
        lambda: showing(probes=(tried("snmp v2c public", answered=True),)),
        {"core": "fail"},
    ),
    Case("MGT-05", "none answered", lambda: showing(probes=DEFAULTS), {"core": "pass", "acc": "unknown"}),
    Case("MGT-05", "two of three tried", lambda: showing(probes=DEFAULTS[:2]), {"core": "unknown"}),
    Case(
        "MGT-05",
        "private is accepted",
        lambda: showing(probes=(tried("snmp v1 private", answered=True),)),
        {"core": "fail"},
    ),
    Case("MGT-05", "nobody probed", showing, {"hand": "unknown"}),
    Case("MGT-06", "refused", lambda: showing(probes=(tried("login rwa"),)), {"core": "pass", "acc": "unknown"}),
    Case("MGT-06", "let in", lambda: showing(probes=(tried("login rwa", answered=True),)), {"core": "fail"}),
    Case(
        "MGT-06", "on record", lambda: evidence(recorded(hall(), "MGT-06", "core")), {"core": "pass", "ce": "unknown"}
    ),
    # Guessing and idling.
    Case(
        "MGT-08",
        "both within",
        lambda: showing("local-aaa-user wrong-password retry-interval 5 retry-time 3 block-time 5", "idle-timeout 5 0"),
        {"core": "pass", "acc": "unknown"},
    ),
    Case("MGT-08", "never idle", lambda: showing("idle-timeout 0 0"), {"core": "fail"}),
    Case("MGT-08", "an hour", lambda: showing("config cli timeout 3600"), {"core": "fail"}),
    Case(
        "MGT-08",
        "ten tries",
        lambda: showing(
            "local-aaa-user wrong-password retry-interval 5 retry-time 10 block-time 5", "idle-timeout 5 0"
        ),
        {"core": "fail"},
    ),
    Case("MGT-08", "one of the two", lambda: showing("idle-timeout 5 0"), {"core": "unknown"}),
    # Services.
    Case("MGT-11", "none", lambda: evidence(hall(), configs=managed()), {"core": "pass"}),
    Case("MGT-11", "web", lambda: evidence(hall(), configs=managed(web=True)), {"core": "fail", "acc": "pass"}),
    Case("MGT-11", "proxy ARP", lambda: showing("ip arp-proxy enable"), {"core": "fail"}),
    Case("MGT-11", "proxy ARP off", lambda: showing("no ip arp-proxy"), {"core": "pass"}),
    # Support.
    Case("MGT-12", "out of support", lambda: made_by("nortel"), {"core": "fail"}),
    Case("MGT-12", "compensated", lambda: made_by("nortel", record=True), {"core": "pass"}),
    Case("MGT-12", "another maker", lambda: made_by("huawei"), {"core": "unknown"}),
    Case("MGT-12", "an approved release", lambda: made_by("huawei", record=True), {"core": "pass"}),
    # Watching.
    Case("MGT-14", "fresh and stale", lambda: heard(core=20, acc=7200), {"core": "pass", "acc": "fail", "fw": "fail"}),
    Case(
        "MGT-14",
        "no twin in the lab",
        lambda: replace(heard(core=20), on_paper=("fw",)),
        {"fw": "unknown", "acc": "fail"},
    ),
    Case("MGT-14", "nobody looked", lambda: evidence(hall()), {"hand": "unknown"}),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_hardening(case: Case) -> None:
    case.hold()


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("  idle-timeout 5 0", 300),
        ("idle-timeout 10", 600),
        ("config cli timeout 900", 900),
        ("cli timeout 3600", 3600),
        ("telnet-access inactive-timeout 15", 900),
        ("ip igmp timeout 5", None),
    ],
)
def test_idle_timeouts_in_the_unit_of_each_command_line(line: str, seconds: int | None) -> None:
    assert idle_seconds(line) == seconds


def test_a_record_of_another_rule_settles_nothing() -> None:
    other = recorded(hall(), "MGT-12", "core")
    assert verdicts("MGT-06", evidence(other))["core"] == "unknown"
