"""The way in to a device: wires carry bytes, drivers know how each platform's command line behaves.

A session types a line, waits for what the device says, and answers when it is asked back. It knows addresses, keys,
prompts, pagers and questions. It must not know the network, the configuration that the lines mean, Nornir or NAPALM:
both of those stand on it.
"""
