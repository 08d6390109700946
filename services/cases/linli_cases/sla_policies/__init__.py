"""Deadlines of an estate 时限政策: a version is added, none is ever changed.

A case keeps the one that was in force when it was opened. An estate without any has the defaults.
"""
