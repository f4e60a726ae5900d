"""A Linux firewall: interfaces by iproute2, zone policy by nftables in a table of its own, services by small files.

This room knows how such a host says and shows its configuration, and nothing of the network around it. Facts carry
the tag of their source: LAB (measured with nftables 1.0.6 and iproute2 of Debian 12 in network namespaces), MAN (the
manual pages of nft, ip-link, ip-address, ip-route, interfaces).
"""

from govnet.platforms.linux_nft.platform import LinuxNft

PLATFORM = LinuxNft()

__all__ = ["PLATFORM", "LinuxNft"]
