"""Contracts of what is published: made from the code, held against what was promised before.

Of the working tree alone: no service imports it, and no image holds it.
"""
