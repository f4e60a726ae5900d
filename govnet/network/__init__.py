"""What a network is meant to be: its places, zones, devices, cables, circuits, power and policy.

This room turns an inventory folder into one immutable `Network` value and says everything that is wrong
with the folder at once. It knows no vendor's command line, opens no connection and never looks at a device.
"""
