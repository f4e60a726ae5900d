"""What one device is told: the vendor-neutral `DeviceConfig`, the changes between two of them, and the intent.

Everything is a value. A change is one typed step with an inverse; `diff` orders steps so that each is legal.
This room knows the network (to say what a device should have) but no vendor's words and no device's output.
"""
