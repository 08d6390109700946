"""The service cases 事件, whole, on a topic of its own: `python -m tests.faults.cases`."""

import os
from dataclasses import replace

from linli_cases.app import SERVICE
from linli_service.service import Service, main


def cases(topic: str) -> Service:
    for views in SERVICE.views:
        views.topics = [topic]
    return replace(SERVICE, topic=topic, processes=None)


if __name__ == "__main__":
    main(cases(os.environ["LINLI_TOPIC"]))
