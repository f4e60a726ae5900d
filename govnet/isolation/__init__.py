"""What can reach what: the proof that a network keeps its zones apart, from its cables and its devices' configurations.

`Fabric` joins ports into broadcast domains and routers into paths, `PacketSet` computes with whole sets of packets,
`prove` holds the result against the policy matrix and shows a `Witness` for each breach. This room knows the network
and `DeviceConfig` readings; it must not know any vendor, open a socket, read a clock or start a thread.
"""
