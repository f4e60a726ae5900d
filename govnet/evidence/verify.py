"""Is a bundle what it says it is: every byte, the signature, the chain, and the verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from govnet.errors import RefusedError
from govnet.evidence.judging import rerun
from govnet.evidence.seal import unseal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from govnet.evidence.judging import Rerun
    from govnet.evidence.manifest import Manifest
    from govnet.evidence.seal import Sealed


class ChainState(StrEnum):
    """How a bundle stands to the one that it says was before it."""

    FIRST = "first of its network"
    FOLLOWS = "follows the one before it"
    UNSEEN = "the one before it is not at hand"
    BROKEN = "does not follow the one before it"


@dataclass(frozen=True, slots=True)
class Known:
    """A bundle of which the hash is known, from its file or from a chain: for the places before and after it."""

    network: str
    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of looking at a bundle.

    Attributes:
        sealed: the file itself; with any damage nothing else was looked at.
        vouched: who vouches for the signer's key; empty when nobody does.
        chain: how it stands to the one before it; None when the file is damaged.
        rerun: the rules on its contents, now; None when they could not be asked.
        problem: why they could not.
    """

    sealed: Sealed
    vouched: str
    chain: ChainState | None
    rerun: Rerun | None
    problem: str = ""

    @property
    def sound(self) -> bool:
        """True when no byte was changed and it follows the one before it, as far as that is at hand."""
        return self.sealed.whole and self.chain is not ChainState.BROKEN

    @property
    def same(self) -> bool:
        """True when the verdicts come out as they stand in the bundle."""
        return self.rerun is not None and not self.rerun.differences


def verify(data: bytes, keys: Mapping[str, str], known: Iterable[Known] = ()) -> Verification:
    """Look at a bundle: nothing is believed that was not computed anew.

    Args:
        data: the file.
        keys: public key in base64 -> name of who vouches for it.
        known: other bundles that are at hand, and what a chain says of them and of this one.
    """
    sealed = unseal(data)
    if not sealed.whole or sealed.manifest is None:
        return Verification(sealed, "", None, None, "the file is not what was signed")
    vouched = keys.get(sealed.manifest.signer.key, "")
    chain = _chain(sealed.manifest, sealed.hash, tuple(known))
    try:
        return Verification(sealed, vouched, chain, rerun(sealed.members))
    except RefusedError as error:
        return Verification(sealed, vouched, chain, None, str(error))


def _chain(manifest: Manifest, own: str, known: tuple[Known, ...]) -> ChainState:
    number, previous = manifest.chain.number, manifest.chain.previous
    told = {(entry.number, entry.hash) for entry in known if entry.network == manifest.network}
    if any(place == number and hash_ != own for place, hash_ in told) or (number == 1) != (not previous):
        return ChainState.BROKEN
    if number == 1:
        return ChainState.FIRST
    before = {hash_ for place, hash_ in told if place == number - 1}
    if not before:
        return ChainState.UNSEEN
    return ChainState.FOLLOWS if before == {previous} else ChainState.BROKEN
