"""How each vendor says and shows a configuration: ``say`` turns changes into commands, ``read`` text into a `Reading`.

A platform knows its vendor and nothing else: no network, no inventory, no socket. What it says lives in
``templates/<platform>/``, one macro a change; a command without a public source is marked there as unverified.
"""
