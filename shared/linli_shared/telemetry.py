"""What a process tells of itself at /metrics (Prometheus text format)."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

PUBLISHED: Final = Counter("linli_published_events", "events acknowledged by Kafka")
RELAY_LAG: Final = Gauge(
    "linli_relay_lag_seconds", "age of the last event when it was acknowledged"
)
APPENDED: Final = Counter("linli_appends", "commands answered by the store", ["outcome"])
APPLIED: Final = Counter("linli_applied_records", "facts applied to views", ["views"])
GAPS: Final = Gauge("linli_gap_seconds", "for how long a predecessor has been missing", ["views"])
PARKED: Final = Counter("linli_parked_records", "records a view could not take", ["views"])
REQUESTS: Final = Histogram(
    "linli_http_seconds", "time to the answer", ["method", "route", "status"]
)
