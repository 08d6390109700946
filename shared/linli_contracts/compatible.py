"""What may change in an event that somebody may have stored, or reads.

Two things must hold for ever. Facts that are stored fit today's code: they are in the topic and in
the store, and are read again whenever a view is built. And today's facts fit readers that were
written against the promise: nobody can make strangers deploy.

Added fields are safe because the writer is closed: no stored fact can have the new name with
another meaning. With open writers they are not, which is why schema registries refuse them. That a
*meaning* changes behind the same schema no program sees: that is a new type too.
"""

from linli_contracts.fits import Rule, misfits
from linli_contracts.schemas import Schema, relied_on


def broken(promised: Schema, today: Schema) -> dict[str, str]:
    """How today's writer schema of a type breaks the promised one: by field, why. None: it may be
    published.

    | change of a type                              | |
    |-----------------------------------------------|---|
    | a new type, also `.v2` of an old one          | may be |
    | a type that is gone                           | breaks: its facts are stored |
    | a new field with a default, at any depth      | may be: readers pass it over |
    | a new field without a default                 | breaks: stored facts lack it |
    | a field that is gone, or has another name     | breaks: readers want it |
    | a field that had no default gets one          | breaks: a reader relies on finding it |
    | a field that had a default loses it           | breaks: stored facts may lack it |
    | another default                               | breaks: facts without it meant the other |
    | another type or format, null where none was   | breaks: readers do not take it |
    | no null where there might be one              | breaks: stored facts have it |
    | one value becomes a list, or a list one value | breaks: another type |
    | a new word in a list of words                 | may be: readers are told that words may come |
    | a word that is gone                           | breaks: stored facts say it |
    | words become free text                        | may be: as new words |
    | free text becomes words                       | breaks: stored facts say others |
    | a limit widened or lifted                     | may be: no reader is promised limits |
    | a limit narrowed or set                       | breaks: stored facts may be beyond it |
    | a description, the order of fields            | may be |

    Whatever breaks is a new type `.vN+1`; the class of the old one stays, and says what it means
    today.
    """
    found = _defaults(promised, today, "")
    for misfit in misfits(today, relied_on(promised)):
        found[misfit.where] = f"readers do not take it: {misfit.why}"
    for misfit in misfits(promised, today):
        if misfit.rule is not Rule.NEVER:  # a field that stored facts lack, and need not have
            found[misfit.where] = f"facts are stored that do not fit: {misfit.why}"
    return found


def _defaults(promised: Schema, today: Schema, where: str) -> dict[str, str]:
    """Fields of both whose absence means another thing than it did."""
    found: dict[str, str] = {}
    for name, part in promised.get("properties", {}).items():
        at = f"{where}.{name}" if where else name
        if (now := today.get("properties", {}).get(name)) is None:
            continue
        if "default" in part and "default" in now and part["default"] != now["default"]:
            found[at] = f"without it a fact said {part['default']!r}, and now {now['default']!r}"
        found |= _defaults(part, now, at)
    if isinstance(promised.get("items"), dict) and isinstance(today.get("items"), dict):
        found |= _defaults(promised["items"], today["items"], f"{where}[]")
    for one, other in zip(promised.get("anyOf", ()), today.get("anyOf", ()), strict=False):
        found |= _defaults(one, other, where)
    return found
