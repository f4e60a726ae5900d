"""Modules in the layout of snmp_exporter before 0.23: modules at the top, credentials inside, no scale, no sanity.

Debian's 0.21 comes without modules and reads only this. What the layout cannot say is left out and told in
`losses`, since the values then differ: a scaled metric is the raw number there, a sentinel is a value.
Accepted keys are those that prometheus-snmp-exporter 0.21.0-1 parses (``--dry-run``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from collectors.model import Index, Lookup, Metric, Module
    from snmp import Auth

VERSION = "snmp_exporter-0.21"
_DATES = ("ParseDateAndTime", "NTPTimeStamp")


def write(modules: Iterable[Module], auth: Auth | None = None) -> str:
    """Return the file.

    Args:
        modules: in order.
        auth: credentials to put into every module; without them the exporter takes the community ``public``.
    """
    found = list(modules)
    lost = "".join(f"#   {line}\n" for module in found for line in losses(module))
    head = f"# Modules of govnet for {VERSION}, written by `govnet modules --for {VERSION}`.\n"
    if lost:
        head += f"# What this layout cannot say, so that values or labels are others than govnet's:\n{lost}"
    text = {module.name: _module(module, auth) for module in found}
    return head + str(yaml.dump(text, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=1000))


def losses(module: Module) -> list[str]:
    """Return what the layout cannot say of a module, a line each."""
    found = [f"{module.name}: rows are not filtered by {item.oid}" for item in module.filters]
    for metric in module.metrics:
        found += [f"{module.name} {metric.name}: {text}" for text in _losses(metric)]
    return found


def _losses(metric: Metric) -> Iterator[str]:
    """Yield what the layout cannot say of a metric."""
    if metric.scale or metric.offset:
        yield f"raw, not times {metric.scale or 1:g}" + (f" plus {metric.offset:g}" if metric.offset else "")
    if metric.sanity:
        yield "implausible readings and sentinels are values; no govnet_sensor_up"
    if metric.sanity and metric.sanity.values:
        yield "numbers that mean a value stay numbers"
    if metric.type in _DATES:
        yield f"no dates of type {metric.type}"
    hints = [metric.display_hint, *(i.display_hint for i in metric.indexes), *(k.display_hint for k in metric.lookups)]
    if any(hints):
        yield "octets are not written as their hint says"
    for lookup in metric.lookups:
        if lookup.value:
            yield f"no constant label {lookup.labelname}"
        if lookup.enum_values:
            yield f"label {lookup.labelname} is a number"


def _module(module: Module, auth: Auth | None) -> dict[str, Any]:
    """Return one module with its credentials."""
    out: dict[str, Any] = {}
    if auth is not None:
        out = {"version": auth.version, "auth": _auth(auth)}
    out |= {"walk": list(module.walk), "get": list(module.get), "max_repetitions": module.max_repetitions}
    out |= {} if module.retries is None else {"retries": module.retries}
    out |= {} if module.timeout is None else {"timeout": f"{round(module.timeout * 1000)}ms"}
    out |= {"allow_nonincreasing_oids": True} if module.allow_nonincreasing_oids else {}
    out["metrics"] = [_metric(metric) for metric in module.metrics]
    return {key: value for key, value in out.items() if value != []}


def _auth(auth: Auth) -> dict[str, str]:
    """Return credentials as far as their version has them."""
    if auth.version != 3:  # noqa: PLR2004 - the version
        return {"community": auth.community}
    names = ["security_level", "username", *(["context_name"] if auth.context_name else [])]
    names += ["auth_protocol", "password"] if auth.authenticates else []
    names += ["priv_protocol", "priv_password"] if auth.encrypts else []
    return {name: getattr(auth, name) for name in names}


def _metric(metric: Metric) -> dict[str, Any]:
    """Return one metric."""
    out: dict[str, Any] = {"name": metric.name, "oid": metric.oid, "type": metric.type, "help": metric.help}
    out["indexes"] = [_index(index) for index in metric.indexes]
    out["lookups"] = [_lookup(lookup) for lookup in metric.lookups if not lookup.value]
    out["enum_values"] = dict(metric.enum_values)
    extracts: dict[str, list[dict[str, str]]] = {}
    for extract in metric.regex_extracts:
        extracts.setdefault(extract.suffix, []).append({"regex": extract.pattern.pattern, "value": extract.value})
    out["regex_extracts"] = extracts
    return {key: value for key, value in out.items() if value or key == "help"}


def _index(index: Index) -> dict[str, Any]:
    """Return one index."""
    out = {"labelname": index.labelname, "type": index.type, "fixed_size": index.fixed_size, "implied": index.implied}
    out["enum_values"] = dict(index.enum_values)
    return {key: value for key, value in out.items() if value}


def _lookup(lookup: Lookup) -> dict[str, Any]:
    """Return one lookup; without `labels` it drops a label."""
    out = {"labels": list(lookup.labels), "labelname": lookup.labelname, "oid": lookup.oid, "type": lookup.type}
    return {key: value for key, value in out.items() if value or key == "labels"}


class _Plain(yaml.CSafeDumper):
    """Writes each list and mapping out, however often it occurs: Go's parser takes aliases, people do not."""

    def ignore_aliases(self, data: object) -> bool:
        """Leave no anchors."""
        del data
        return True
