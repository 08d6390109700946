"""Version n+1 of the service cases: its own code in a copy, changed as a next version may be.

`python -m linli_cases` with the copy's place in PYTHONPATH is that version; the kernel and all else
stay as they are. A text that is not found any more fails: change it here too.
"""

import shutil
from pathlib import Path

from linli_contracts.catalogue import ROOT

KIND = "linli.cases.CaseFlagged.v1"
CHANGES = {
    # a type that version n has never heard of, and a field more in one that it knows
    "complaints/events.py": {
        "class DuplicateSuspected(": f'class CaseFlagged(OfCase, Event, kind="{KIND}"):\n'
        '    """New."""\n\n\nclass DuplicateSuspected(',
        "    sla: Sla | None = None\n    review_due": "    sla: Sla | None = None\n"
        '    opened_by: str | None = "n+1"\n    review_due',
        "| CareEvent | MatterEvent\n": "| CareEvent | MatterEvent | CaseFlagged\n",
    },
    # which follows whatever is acknowledged
    "complaints/domain.py": {
        "import CaseAcknowledged, CaseEvent": "import CaseAcknowledged, CaseEvent, CaseFlagged",
        "            return [CaseAcknowledged(**facts_of(command, case))]": "            return ["
        "CaseAcknowledged(**facts_of(command, case)), CaseFlagged(**facts_of(command, case))]",
    },
    "complaints/state.py": {
        "    CaseEvent,\n": "    CaseEvent,\n    CaseFlagged,\n",
        "case DuplicateSuspected():": "case DuplicateSuspected() | CaseFlagged():",
    },
    # and a migration, of the table that everybody writes and reads
    "app.py": {
        'name="cases",\n': 'name="cases",\n    version="n+1",\n'
        '    sql=__import__("pathlib").Path(__file__).parent / "sql",\n',
    },
}
MIGRATION = "alter table es.event add column flagged boolean not null default false;\n"


def made(place: Path) -> Path:
    """What PYTHONPATH must begin with."""
    code = place / "linli_cases"
    shutil.copytree(ROOT / "services/cases/linli_cases", code)
    for name, changes in CHANGES.items():
        text = (code / name).read_text()
        for old, new in changes.items():
            assert text.count(old) == 1, f"{name} has no single {old!r}"
            text = text.replace(old, new)
        (code / name).write_text(text)
    (code / "sql").mkdir()
    (code / "sql/0001_flagged.sql").write_text(MIGRATION)
    return place
