"""Backups of what PostgreSQL and Kafka have on disk, taken and brought back while they stand still:
`cp -a` of the whole data folder, as an operator without anything better would."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from linli_local.testing import Embedded


@dataclass(frozen=True)
class Backup:
    """Of one folder."""

    folder: Path

    @property
    def _copy(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}-backup")

    def take(self) -> None:
        self.forget()
        subprocess.run(["cp", "-a", self.folder, self._copy], check=True)

    def restore(self) -> None:
        subprocess.run(["rm", "-rf", self.folder], check=True)
        subprocess.run(["cp", "-a", self._copy, self.folder], check=True)

    def forget(self) -> None:
        subprocess.run(["rm", "-rf", self._copy], check=True)


def of_postgres(servers: Embedded) -> Backup:
    home = servers.running.home
    return Backup(Path(home.env.get("LINLI_POSTGRES_PLACE") or home.root / "postgres") / "data")


def of_kafka(servers: Embedded) -> Backup:
    return Backup(servers.running.home.root / "kafka" / "data")
