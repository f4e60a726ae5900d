"""The part of `diff` about labels and VPN routes: what goes before interfaces do, what comes after them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.config import changes as c

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.config.labelled import Bgp, Mpls
    from govnet.config.model import DeviceConfig


@dataclass(frozen=True, slots=True)
class Labelled:
    """The two states, and what is taken away and put back between them.

    Attributes:
        gone: IP interfaces that are removed, for good or to be built anew.
        moved: routing instances of which the same is true.
    """

    running: DeviceConfig
    intent: DeviceConfig
    gone: set[str]
    moved: set[str]

    def down(self) -> Iterator[c.Change]:
        """Yield what ends before instances and interfaces go."""
        if self.running.bgp is not None:
            yield from self._bgp_down(self.running.bgp, self._same_bgp())
        if self.running.mpls is not None:
            yield from self._mpls_down(self.running.mpls, self._same_mpls())

    def up(self) -> Iterator[c.Change]:
        """Yield what begins when instances and interfaces are there."""
        if self.intent.mpls is not None:
            yield from self._mpls_up(self.intent.mpls)
        if self.intent.bgp is not None:
            yield from self._bgp_up(self.intent.bgp)

    def _same_bgp(self) -> Bgp | None:
        """Return the BGP that is meant, when the one that runs can become it."""
        old, new = self.running.bgp, self.intent.bgp
        return new if old and new and old.asn == new.asn else None

    def _same_mpls(self) -> Mpls | None:
        old, new = self.running.mpls, self.intent.mpls
        same = old and new and (old.router, old.longest_match) == (new.router, new.longest_match)
        return new if same else None

    def _bgp_down(self, old: Bgp, new: Bgp | None) -> Iterator[c.Change]:
        for name, announced in old.instances.items():
            if new is None or name not in new.instances or name in self.moved:
                yield c.SetBgpInstance(name, announced, None)
        for address, peer in old.peers.items():
            if new is None or new.peers.get(address) != peer or peer.source in self.gone:
                yield c.SetBgpPeer(address, peer, None)
        if new is None:
            if not old.filtering:
                yield c.SetBgpFiltering(before=False, after=True)
            yield c.DisableBgp(old.asn)

    def _mpls_down(self, old: Mpls, new: Mpls | None) -> Iterator[c.Change]:
        kept = (new.interfaces if new else frozenset()) - self.gone
        for name in sorted(old.interfaces - kept):
            yield c.SetMplsInterface(name, before=True, after=False)
        if new is None:
            yield c.DisableMpls(old.router, old.longest_match)

    def _mpls_up(self, new: Mpls) -> Iterator[c.Change]:
        old = self.running.mpls if self._same_mpls() else None
        if old is None:
            yield c.EnableMpls(new.router, new.longest_match)
        kept = (old.interfaces if old else frozenset()) - self.gone
        for name in sorted(new.interfaces - kept):
            yield c.SetMplsInterface(name, before=False, after=True)

    def _bgp_up(self, new: Bgp) -> Iterator[c.Change]:
        old = self.running.bgp if self._same_bgp() else None
        if old is None:
            yield c.EnableBgp(new.asn)
        if new.filtering != (old.filtering if old else True):
            yield c.SetBgpFiltering(before=not new.filtering, after=new.filtering)
        peers = {a: p for a, p in old.peers.items() if p.source not in self.gone} if old else {}
        for address, peer in new.peers.items():
            if peers.get(address) != peer:
                yield c.SetBgpPeer(address, None, peer)
        instances = {n: said for n, said in old.instances.items() if n not in self.moved} if old else {}
        for name, announced in new.instances.items():
            if instances.get(name) != announced:
                yield c.SetBgpInstance(name, instances.get(name), announced)
