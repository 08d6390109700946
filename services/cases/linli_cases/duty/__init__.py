"""Who hears of a case that is late 升级责任人, and who of them is away: one roster an estate.

Set whole by one command, each time as a new version, until the directory of people says it
(docs/adr/0027).
"""
