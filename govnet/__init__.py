"""Provision, prove isolated and monitor the networks of e-government."""

from importlib.metadata import version

__version__ = version("govnet")
