"""What may stand in ``links.yaml`` and ``policy.yaml``."""

# Annotations are evaluated by pydantic: no postponed evaluation here.
from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from govnet.network.schema_hosts import Entry, Role
from govnet.network.schema_tables import SiteKind


class RuleCable(Entry):
    """A cable of every device of a role; ``to`` is an end with arithmetic."""

    port: str
    to: str
    circuit: str = ""


class CableRule(Entry):
    """The cables that every device of a role has."""

    role: Role
    kind: SiteKind | None = None  # only at places of this kind
    purpose: Literal["floor", "town", "leased", "trunk", "endpoint"]
    medium: str
    bandwidth_kbps: Annotated[int, Field(gt=0)]
    cables: tuple[RuleCable, ...]


class CableEntry(Entry):
    """One cable between two devices of the network."""

    a: str | None = None
    b: str | None = None
    purpose: Literal[
        "peer", "firewall", "aggregation", "mirror", "floor", "town", "leased", "handoff", "trunk", "border"
    ]
    medium: str
    bandwidth_kbps: Annotated[int, Field(gt=0)]
    circuit: str = ""


class EndpointCable(Entry):
    """The cable of an endpoint ``a`` to the switch port ``b``; the segment is of the endpoint's zone, or oob."""

    a: str | None = None
    b: str | None = None
    segment: Literal["servers", "oob"] = "servers"


class EndpointsEntry(Entry):
    """All cables of endpoints that the inventory names."""

    medium: str
    bandwidth_kbps: Annotated[int, Field(gt=0)]
    cables: tuple[EndpointCable, ...] = ()


class AttachmentEntry(Entry):
    """Ports for endpoints that the inventory does not name; ``campus``: dealt evenly to the units of a building."""

    zone: str
    device: str
    ports: tuple[str, ...]
    segment: Literal["servers", "oob", "campus"] = "servers"
    building: str = ""


class MirrorEntry(Entry):
    """A copy of ports' traffic."""

    device: str
    sources: tuple[str, ...]
    destination: str


class LinksFile(Entry):
    """``links.yaml``."""

    archetypes: dict[str, dict[str, Annotated[int, Field(ge=0)]]] = Field(default_factory=dict)
    rules: tuple[CableRule, ...] = ()
    cables: tuple[CableEntry, ...] = ()
    endpoints: EndpointsEntry | None = None
    attachments: tuple[AttachmentEntry, ...] = ()
    mirrors: tuple[MirrorEntry, ...] = ()


class PermitEntry(Entry):
    """``allow`` is ``tcp/80,443``, ``udp/161-162``, ``icmp`` or ``any``; ends are devices or networks."""

    model_config = ConfigDict(validate_by_name=True)

    allow: str
    sources: Annotated[tuple[str, ...], Field(alias="from")] = ()
    to: tuple[str, ...] = ()


class ServiceEntry(Entry):
    """What a code of the matrix permits, and who approved it until when."""

    title: str
    permits: tuple[PermitEntry, ...]
    approval: str = ""
    owner: str = ""
    review: date | None = None


class PolicyFile(Entry):
    """``policy.yaml``."""

    services: dict[str, ServiceEntry]
    matrix: str
