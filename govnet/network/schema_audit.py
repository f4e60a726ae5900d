"""What may stand in ``audit.yaml``, which an inventory need not have."""

# Annotations are evaluated by pydantic: no postponed evaluation here.
from datetime import date
from typing import Annotated

from pydantic import Field

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


class AuditFile(Entry):
    """``audit.yaml``."""

    evidence: tuple[DocumentEntry, ...] = ()
    waivers: tuple[WaiverEntry, ...] = ()
