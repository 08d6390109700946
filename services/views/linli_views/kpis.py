"""The registry of headline figures: each has one definition, whoever asks for it and wherever.

A definition is a pure function of the facts recorded by `as_of`. It names the facts it counts, so
that the figure can be traced to event ids; change one and raise its version.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from linli_views.fee_kpis import FEE_KPIS
from linli_views.figures import Counted, Definition, Figure, Life, Window


def _opened(all: Sequence[Life], window: Window) -> Counted:
    return Counted(_firsts(all, "complaint", "CaseOpened", window))


def _resolved(matter: str) -> Callable[[Sequence[Life], Window], Counted]:
    def count(all: Sequence[Life], window: Window) -> Counted:
        found = [life.resolved for life in all if life.matter == matter]
        return Counted([f for f in found if f and window.holds(f)])

    return count


def _filed(all: Sequence[Life], window: Window) -> Counted:
    return Counted(_firsts(all, "dispute", "DisputeFiled", window))


def _mediated(all: Sequence[Life], window: Window) -> Counted:
    return Counted(_firsts(all, "dispute", "DisputeMediated", window))


def _success(all: Sequence[Life], window: Window) -> Counted:
    mediated = _mediated(all, window).facts
    return Counted([f for f in mediated if f.value == 1], mediated)


def _resolution(all: Sequence[Life], window: Window) -> Counted:
    gone = {"CaseMerged", "CaseRejected", "CaseWithdrawn"}
    kept = [life for life in all if life.matter == "complaint" and life.ended_as not in gone]
    among = [(life, f) for life in kept if (f := life.first("CaseOpened", window))]
    done = [f for life, _ in among if (f := life.resolved) and window.holds(f)]
    return Counted(done, [f for _, f in among])


def _satisfaction(all: Sequence[Life], window: Window) -> Counted:
    rated = _firsts(all, "complaint", "CaseRated", window)
    return Counted([f for f in rated if f.value is not None and f.value >= 4], rated)


def _reopened(all: Sequence[Life], window: Window) -> Counted:
    again, among = [], []
    for life in all:
        if life.matter == "complaint" and (done := life.first("CaseResolved", window)):
            among.append(done)
            later = (f for f in life.facts if f.version > done.version)
            again += [f for f in later if f.name == "CaseReopened"][:1]
    return Counted(again, among)


def _serving(all: Sequence[Life], window: Window) -> Counted:
    mine = [life.facts for life in all if life.matter == "steward"]
    return Counted([facts[-1] for facts in mine if facts[-1].name == "StewardAppointed"])


def _firsts(all: Sequence[Life], matter: str, name: str, window: Window) -> list[Figure]:
    found = [life.first(name, window) for life in all if life.matter == matter]
    return [f for f in found if f]


KPIS: Final[Mapping[str, Definition]] = {
    "complaints_opened": Definition(1, "complaints opened in the window", _opened),
    "complaints_resolved": Definition(
        1,
        "complaints resolved or closed at as_of whose latest resolution is in the window",
        _resolved("complaint"),
    ),
    "legacy_resolved": Definition(
        1,
        "legacy issues resolved or closed at as_of whose latest resolution is in the window",
        _resolved("legacy_issue"),
    ),
    "disputes_filed": Definition(1, "disputes filed in the window", _filed),
    "disputes_mediated": Definition(
        1, "disputes whose mediation was concluded in the window, settled or not", _mediated
    ),
    "mediation_success_bp": Definition(1, "of disputes_mediated, those settled", _success),
    "resolution_bp": Definition(
        1,
        "of complaints opened in the window and not merged, rejected or withdrawn at as_of, those"
        " resolved or closed at as_of with the latest resolution in the window",
        _resolution,
    ),
    "satisfaction_bp": Definition(
        1, "of complaints rated in the window, those rated 4 or 5", _satisfaction
    ),
    "reopen_bp": Definition(
        1,
        "of complaints resolved at some time in the window, those reopened after it by as_of",
        _reopened,
    ),
    "stewards_active": Definition(
        1, "stewards appointed and not ended at as_of, whatever the window", _serving
    ),
    **FEE_KPIS,
}
