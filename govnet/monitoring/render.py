"""From a network to the files of its Prometheus and Alertmanager.

Templates use ``[[ ]]`` and ``[% %]``, so that Prometheus's own ``{{ }}`` stay as they are.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from govnet.monitoring import probes
from govnet.monitoring.causes import ALERT_OF, LABEL_OF, Cause, Causes
from govnet.resources import folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.network.model import Network

FILES = ("prometheus.yml", "recording.yml", "alerts.yml", "alertmanager.yml", "blackbox.yml", "smokeping.yml")
"""Files that are made from templates of the same name."""
TARGETS = "probes.json"
"""The file of service targets that Prometheus reads, and reads again when it changes."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs between installations; times in seconds, addresses as ``host:port``.

    A cause must fire before its symptoms and outlive them, or they are told one by one. So symptoms wait
    ``patience`` longer than causes, and a cause is kept ``keep`` for each level that it explains.

    Attributes:
        exporter: the exporter of this network.
        alertmanager: where alerts go.
        webhooks: owner -> where its notifications are sent; ``government`` gets what has no other owner.
        scrape, evaluate: how often.
        timeout: of one scrape.
        pending: a cause must last so long.
        patience: what a symptom must last longer.
        keep: how long a cause is kept after it is over, for each level.
        group_wait, group_interval, repeat: Alertmanager's.
        slow: factor on the waits of alerts about load and age, which are minutes and more.
        runbooks: where the runbooks are served.
        blackbox, smokeping: the two probers; empty: services or leased lines are not asked from outside.
        reached: address (``host``, and ``host:port`` of a service) -> where it is really reached, for emulated ones.
    """

    exporter: str = "127.0.0.1:9116"
    alertmanager: str = "127.0.0.1:9093"
    webhooks: Mapping[str, str] = field(default_factory=dict)
    scrape: float = 30
    evaluate: float = 15
    timeout: float = 25
    pending: float = 30
    patience: float = 60
    keep: float = 90
    group_wait: float = 30
    group_interval: float = 60
    repeat: float = 14_400
    slow: float = 1.0
    runbooks: str = "docs/runbooks"
    blackbox: str = "127.0.0.1:9115"
    smokeping: str = "127.0.0.1:9374"
    reached: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inhibition:
    """One rule of Alertmanager: while an alert with ``source`` matchers fires, those with ``target`` are not told."""

    source: tuple[str, ...]
    target: tuple[str, ...]


def render(network: Network, settings: Settings) -> dict[str, str]:
    """Return file name -> text for one network; the same network and settings give the same texts."""
    causes = Causes(network)
    environment = Environment(
        loader=FileSystemLoader(folder("templates") / "monitoring"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - YAML, and every value goes through a filter that quotes it
        variable_start_string="[[",
        variable_end_string="]]",
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[#",
        comment_end_string="#]",
    )
    environment.filters |= {"text": _text, "seconds": _seconds}
    told = {
        "network": network,
        "at": settings,
        "tiers": causes.tiers,
        "inhibitions": list(inhibitions(causes)),
        "pinged": probes.hosts(network, settings.reached),
    }
    files = {name: environment.get_template(f"{name}.j2").render(**told) for name in FILES}
    return {**files, TARGETS: probes.targets(network, settings.reached)}


def inhibitions(causes: Causes) -> Iterator[Inhibition]:
    """Yield what each cause of a network hides while its alert fires."""
    for cause in causes.all:
        if cause.explains:
            source = (f'alertname="{ALERT_OF[cause.kind]}"', f'{LABEL_OF[cause.kind]}="{cause.name}"')
            yield from (Inhibition(source, (target,)) for target in _targets(cause))


def _targets(cause: Cause) -> Iterator[str]:
    for label, names in (("name", cause.devices), ("link", cause.links), ("circuit", cause.circuits)):
        if names:
            yield f'{label}=~"{"|".join(map(_literal, names))}"'


def _literal(name: str) -> str:
    r"""Return a name as a regular expression inside double quotes, where a backslash is written ``\\``."""
    return re.escape(name).replace("\\-", "-").replace("\\", "\\\\")


def _text(value: object) -> str:
    """Return a value as a YAML scalar that reads as text, whatever it holds (JSON is YAML)."""
    return json.dumps(str(value), ensure_ascii=False)


def _seconds(value: float) -> str:
    """Return seconds as Prometheus reads a duration: whole milliseconds."""
    return f"{round(value * 1000)}ms" if value % 1 else f"{round(value)}s"


def alerts(rules: str) -> list[dict[str, object]]:
    """Return the alerts of a rendered ``alerts.yml``, each as Prometheus reads it."""
    groups = yaml.safe_load(rules)["groups"]
    return [rule for group in groups for rule in group["rules"] if "alert" in rule]
