"""From ``audit.yaml`` to what people declare for the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.network.declared import Declared, Document, Waiver

if TYPE_CHECKING:
    from govnet.network.folder import Folder


def declared(folder: Folder) -> Declared:
    """Return the records in the order of the file; nothing when the folder has no such file."""
    entries = folder.files.audit
    documents = tuple(
        Document(e.rule, e.object, e.number, e.date, e.who, e.title, folder.origin("audit", "evidence", number))
        for number, e in enumerate(entries.evidence)
    )
    waivers = tuple(
        Waiver(e.rule, e.object, e.owner, e.reason, e.expires, folder.origin("audit", "waivers", number))
        for number, e in enumerate(entries.waivers)
    )
    return Declared(documents, waivers)
