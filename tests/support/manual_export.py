"""Writes the interchange form of hand-configured devices: what a person would fill in from an export."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING

from govnet.platforms.manual.tables import OPTIONAL, REQUIRED, RULES
from support.linux_configs import linux_configs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hypothesis import strategies as st

    from govnet.config.filtering import Filter
    from govnet.config.model import DeviceConfig

DIGEST = "0123456789abcdef" * 4
SWITCH = {True: "yes", False: "no"}


def record(device: str, default: str = "deny", **instead: str) -> list[str]:
    """Return the lines of an evidence record; ``instead`` replaces a value, its dashes written as underscores."""
    values = {
        "device": device,
        "exported-by": "王工",
        "date": "2026-03-01",
        "document": "policy-export.xls",
        "sha256-of-original": DIGEST,
        "default-action": default,
    }
    values |= {name.replace("_", "-"): value for name, value in instead.items()}
    return [f"# {name}: {value}" for name, value in values.items()]


def export(config: DeviceConfig) -> str:
    """Return a configuration in the interchange form."""
    out = io.StringIO()
    out.write("\n".join(record(config.hostname, "deny" if config.firewall else "permit")) + "\n")
    zone_of = {name: z for z, names in config.firewall.zones.items() for name in names} if config.firewall else {}
    write = csv.writer(out, lineterminator="\n")
    tables: list[tuple[tuple[str, ...], Iterable[Iterable[object]]]] = [
        (REQUIRED["port"], ((n, SWITCH[p.enabled], p.description) for n, p in config.ports.items())),
        (
            REQUIRED["aggregation"],
            ((n, a.name, a.mode.value, " ".join(sorted(a.ports))) for n, a in config.aggregations.items()),
        ),
        (
            REQUIRED["interface"],
            (
                (n, " ".join(map(str, i.addresses)), zone_of.get(n, ""), i.vlan or "")
                for n, i in config.interfaces.items()
            ),
        ),
        (REQUIRED["prefix"], ((r.prefix, r.next_hop or "discard") for r in sorted(config.routes, key=str))),
        (REQUIRED["setting"], settings(config)),
    ]
    if config.firewall:
        pairs = config.firewall.pairs.items()
        rows = [rule_row("any", "any", rule) for rule in config.firewall.prelude]
        rows += [rule_row(*pair, rule) for pair, rules in pairs for rule in rules]
        tables.append(((*REQUIRED[RULES], *OPTIONAL[RULES]), rows))
    for head, rows_ in tables:
        out.write("\n")
        write.writerow(head)
        write.writerows(rows_)
    return out.getvalue()


def settings(config: DeviceConfig) -> list[tuple[str, object]]:
    own = config.management
    rows: list[tuple[str, object]] = [
        ("forwarding", SWITCH[config.forwarding]),
        ("ssh", SWITCH[own.ssh]),
        ("telnet", SWITCH[own.telnet]),
        ("web", SWITCH[own.web]),
        ("snmp-location", config.snmp.location),
        ("snmp-contact", config.snmp.contact),
    ]
    lists = {"management-from": own.sources, "syslog": config.syslog, "ntp": config.ntp}
    rows += [(name, value) for name, values in lists.items() for value in sorted(values, key=str)]
    rows += [("traps", value) for value in sorted(config.snmp.trap_receivers)]
    return rows + [("banner", line) for line in config.banner]


def rule_row(source: str, target: str, rule: Filter) -> list[str]:
    """Return a rule as a row: the required columns, then the optional ones."""
    return [
        source,
        target,
        joined(rule.sources),
        joined(rule.destinations),
        rule.protocol,
        ranges(rule.ports),
        rule.verdict.value,
        SWITCH[rule.log],
        rule.comment,
        ranges(rule.source_ports),
        "established" if rule.established else "",
        " ".join(rule.incoming),
        " ".join(rule.outgoing),
    ]


def joined(values: Iterable[object]) -> str:
    return " ".join(map(str, values)) or "any"


def ranges(values: Iterable[tuple[int, int]]) -> str:
    return joined(f"{low}-{high}" if low != high else low for low, high in values)


def manual_configs() -> st.SearchStrategy[DeviceConfig]:
    """Draw what a work order can ask for: a Linux firewall's configurations, with plain rules between zones."""
    return linux_configs().map(_plain)


def _plain(config: DeviceConfig) -> DeviceConfig:
    if config.firewall is None:
        return config
    pairs = {
        pair: tuple(replace(rule, incoming=(), outgoing=()) for rule in rules)
        for pair, rules in config.firewall.pairs.items()
    }
    return replace(config, firewall=replace(config.firewall, pairs=pairs))
