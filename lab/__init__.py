"""Emulated devices on loopback addresses, for tests, for the demo and for people without hardware.

Every device of an inventory gets a twin on its own address 127.x.y.z: one asyncio process serves them all over
SSH (`lab.ssh`), each talks through its personality (`lab.personalities`), misbehaves on demand (`lab.faults`) and
keeps what it was told until the lab stops (`lab.server` in a test, `lab.daemon` as a process of its own). The room
knows what the vendors published and what was recorded from real boxes. It must not know how govnet speaks to them:
it imports nothing of ours but `govnet.errors` (and, to learn what to emulate, `govnet.network`), because an
emulator that shared the product's grammar would agree with its mistakes.
"""
