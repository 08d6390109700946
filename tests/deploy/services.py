"""Every service, by its composition root."""

from importlib import import_module
from typing import Final

from linli_contracts.catalogue import ROOT
from linli_service.service import Service

SERVICES: Final[list[Service]] = [
    import_module(f"linli_{folder.name}.app").SERVICE
    for folder in sorted((ROOT / "services").iterdir())
    if (folder / "pyproject.toml").exists()
]
