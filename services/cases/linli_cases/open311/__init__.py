"""Open311 GeoReport v2: an estate's cases for programs of others, without anybody in them.

| what | file |
|---|---|
| which services there are, and what is asked with each | `catalogue` |
| whether an estate takes part, and its API keys | `commands`, `events`, `domain`, `api` |
| what may leave: a view of its own, that holds nothing else | `leaving` |
| what somebody asks for, and reports | `asking`, `reading`, `reporting` |
| what is answered, and how it is written as JSON and as XML | `answers`, `shape` |
| how often somebody may ask | `limits` |
| HTTP as the standard has it | `server` |

Why it is here and not in views: docs/adr/0034. The standard: wiki.open311.org/GeoReport_v2.
"""
