"""What may stand in ``audit.yaml``, which an inventory need not have."""

# Annotations are evaluated by pydantic: no postponed evaluation here.
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from govnet.network.model import Plane
from govnet.network.schema_hosts import Entry

RuleId = Annotated[str, Field(pattern=r"^[A-Z]{3}-\d{2}$")]


class DocumentEntry(Entry):
    """A document that settles a rule for some objects."""

    rule: RuleId
    object: str = "*"
    number: Annotated[str, Field(min_length=1)]
    date: date
    who: Annotated[str, Field(min_length=1)]
    title: str = ""


class WaiverEntry(Entry):
    """A failure that somebody takes on; the reason is not optional."""

    rule: RuleId
    object: str = "*"
    owner: Annotated[str, Field(min_length=1)]
    reason: Annotated[str, Field(min_length=1)]
    expires: date


class ExchangeEntry(Entry):
    """How data of one system gets from plane to plane. The audit judges the mechanism, so that any may be written."""

    system: str
    planes: tuple[Plane, ...]
    mechanism: str
    owner: str = ""
    approval: str = ""


class EndpointEntry(Entry):
    """A machine that is registered for a port."""

    # As a person writes it, or as it stands in a bundle of evidence: hashed.
    mac: Annotated[str, Field(pattern=r"^([0-9a-f]{2}(:[0-9a-f]{2}){5}|mac~[0-9a-f]{32})$")]
    end: Annotated[str, Field(pattern=r"^[^:]+:.+$")]
    kind: Literal["pc", "phone", "printer", "server", "terminal", "other"] = "pc"
    owner: str = ""


class ConnectionEntry(Entry):
    """The registration of a circuit that leaves the network."""

    circuit: str
    approval: Annotated[str, Field(min_length=1)]
    owner: Annotated[str, Field(min_length=1)]
    expires: date


class LanEntry(Entry):
    """A LAN of a unit."""

    plane: Plane
    devices: tuple[str, ...]


class LanProfileEntry(Entry):
    """Which LANs a unit has."""

    role: Literal["four-offices", "key", "other"]
    level: Literal["province", "prefecture", "county", "township", "city", "town"]
    lans: tuple[LanEntry, ...]


class AuditFile(Entry):
    """``audit.yaml``; a list that is absent is one that nobody has written, an empty one says that there is nothing."""

    evidence: tuple[DocumentEntry, ...] = ()
    waivers: tuple[WaiverEntry, ...] = ()
    exchanges: tuple[ExchangeEntry, ...] | None = None
    endpoints: tuple[EndpointEntry, ...] | None = None
    connections: tuple[ConnectionEntry, ...] = ()
    lan_profiles: dict[str, LanProfileEntry] = Field(default_factory=dict)
    vpns: dict[str, tuple[str, ...]] | None = None
    parameters: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
