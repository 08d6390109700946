"""What each service's README says of running it, made from the code: `make readmes`."""

import re
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

from linli_contracts.catalogue import ROOT
from linli_service.service import Service
from linli_service.settings import Settings
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from tests.deploy.services import SERVICES

BEGIN: Final = "<!-- from here to the end mark: made from the code by `make readmes` -->"
END: Final = "<!-- end mark -->"
SHARED = "up to 16 share the shards by lease"
STANDBY = "one works, the others stand by"
MORE = {
    "api": "any number",
    "relay": SHARED,
    "views": SHARED,
    "processes": "up to 16 share the reading; one acts, the others stand by",
}
MORE_DOES = {
    "directory": "keeps the words that the directory is searched by",
    "import": "checks lists and carries them out",
}
LOGINS = {
    "api": ("app",), "relay": ("relay",), "views": ("view",), "timers": ("app", "relay"),
}  # fmt: skip
OWN: Final = {
    "cases": "linli_cases.evidence.settings:EvidenceSettings",
    "keys": "linli_keys.settings:KeySettings",
    "notifications": "linli_notifications.mail.settings:MailSettings",
}


def file(service: Service) -> Path:
    return ROOT / "services" / service.name / "README.md"


def section(service: Service) -> str:
    name = f"linli_{service.name}"
    files = sorted(service.sql.glob("*.sql")) if service.sql else []
    own = f"the kernel's files and its own, {listed([f.stem for f in files])}"
    nothing_own = "the kernel's files, and none of its own"
    lines = [
        BEGIN, "", "## Running it", "",
        f"`python -m {name}` runs all parts in one process; each runs alone, too.", "",
        "| part | what it does | its logins | in number |", "|---|---|---|---|",
        *(row(service, part) for part in service.parts), "",
        f"`python -m {name} provision` makes database and logins, as an administrator;"
        f" `python -m {name} migrate` the schema, as its owner, before a new version starts and"
        " beside the old one's processes (`--dry-run` only names what it would do):",
        f"{own if files else nothing_own}.", "",
        *topics(service), "",
        "| variable | what it is | otherwise |", "|---|---|---|", *variables(service), "", END,
    ]  # fmt: skip
    return "\n".join(lines)


def row(service: Service, part: str) -> str:
    logins = LOGINS.get(part, ("app", "view"))
    told = ", ".join(f"`{login}`" for login in logins)
    return f"| `{part}` | {does(service, part)} | {told} | {MORE.get(part, STANDBY)} |"


def does(service: Service, part: str) -> str:
    match part:
        case "api":
            return "HTTP"
        case "relay":
            return f"publishes `{service.topic}`"
        case "views":
            return "; ".join(f"builds {v.name} of {listed(v.topics)}" for v in service.views)
        case "timers":
            return "tells what is due"
        case "processes":
            assert service.processes
            return f"does what follows from {listed(service.processes.topics)}"
        case _:
            return MORE_DOES.get(part, "calls out")


def topics(service: Service) -> Iterator[str]:
    read = sorted({topic for views in service.sets for topic in views.topics} | {*service.reads})
    writes = f"`{service.topic}`" if service.topic else "nothing"
    yield f"In Kafka it writes {writes} and reads {listed(read) if read else 'nothing'}."


def listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def variables(service: Service) -> Iterator[str]:
    known: list[type[BaseSettings]] = [Settings]
    if path := OWN.get(service.name):
        module, _, cls = path.partition(":")
        known.append(getattr(import_module(module), cls))
    for settings in known:
        for field, info in settings.model_fields.items():
            login = field.removesuffix("_url")
            if login in {"relay", "view"} and not any(
                login in LOGINS.get(part, ("app", "view")) for part in service.parts
            ):
                continue
            default = info.default
            default = default.get_secret_value() if isinstance(default, SecretStr) else default
            usual = "" if default in ("", None, False) else f"`{default}`"
            yield f"| `LINLI_{field.upper()}` | {info.description} | {usual} |"


def renewed(text: str, made: str) -> str:
    """The README with this section: in its place, or at the end."""
    pattern = re.escape(BEGIN) + ".*?" + re.escape(END)
    if re.search(pattern, text, re.S):
        return re.sub(pattern, lambda _: made, text, flags=re.S)
    return f"{text.rstrip()}\n\n{made}\n"


if __name__ == "__main__":
    for service in SERVICES:
        if (readme := file(service)).exists():
            readme.write_text(renewed(readme.read_text(), section(service)))
