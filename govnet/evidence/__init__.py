"""Evidence that a third party can check again: one file a run, hashed, chained, signed; and two planes held together.

This room turns the values of an audit into a bundle and back, says whether any byte of one was changed, and judges it
anew from nothing but its contents. It opens no session, reads no clock, and does not know how anything was collected.
"""
