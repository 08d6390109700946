"""Who is there, and whether that is enough."""

from collections import Counter
from datetime import datetime
from typing import Any

from linli_meetings.meetings.policy import Policy
from linli_meetings.meetings.state import Meeting
from linli_meetings.results import Quorum
from linli_meetings.terms import Party


def counted(meeting: Meeting, moment: datetime, policy: Policy) -> Quorum:
    """Those invited who are in the room at that moment."""
    there = [p for person, p in meeting.invited.items() if meeting.there(person, moment)]
    by_party, invited = Counter(there), len(meeting.invited)
    share = policy.headcount.get(meeting.kind)
    return Quorum(
        invited=invited,
        present=len(there),
        need=-(-invited * share.parts // share.of) if share else 0,  # rounded up
        owners=by_party[Party.OWNERS],
        property=by_party[Party.PROPERTY],
        community=by_party[Party.COMMUNITY],
    )


def lacking(meeting: Meeting, quorum: Quorum, policy: Policy) -> dict[str, Any]:
    """What a quorum lacks, heads before parties: nothing if it is one."""
    if quorum.present < quorum.need:
        return {"basis": "headcount", "have": quorum.present, "need": quorum.need}
    if meeting.kind in policy.all_parties:
        there = {
            Party.OWNERS: quorum.owners,
            Party.PROPERTY: quorum.property,
            Party.COMMUNITY: quorum.community,
        }
        if missing := [party for party, heads in there.items() if not heads]:
            return {"basis": "party", "missing": missing}
    return {}
