"""The `govnet` command: the only room that knows all others, and the only one that talks to a person."""
