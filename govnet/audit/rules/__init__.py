"""The rules, one module for each family or part of one; `govnet.audit.registry` finds what is in here.

A rule knows its clause and the evidence that decides it; it must not know other rules, nor how evidence was fetched.
"""
