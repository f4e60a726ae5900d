"""The SSH algorithms of 2005, which only devices that the inventory marks ``legacy_ssh`` are offered.

Sources: ZipTie's log of a Passport 8600 (ssh-dss, 3des-cbc, hmac-md5); netmiko's threads on Mocana servers.
"""

from __future__ import annotations

KEX = ("diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1")
HOST_KEYS = ("ssh-rsa", "ssh-dss")
CIPHERS = ("aes256-cbc", "aes128-cbc", "3des-cbc")
MACS = ("hmac-sha1", "hmac-md5")
WEAK = (*HOST_KEYS[1:], *CIPHERS[-1:], *MACS[-1:], *KEX)
"""Those that no longer keep a session secret or prove who answers."""
