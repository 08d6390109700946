"""The service cases as it is, but for sealing: what people write is stored as they wrote it. For
the bench alone, beside the service that seals. `python -m tests.bench.unsealed`"""

import uvloop
from linli_cases.app import SERVICE
from linli_service.running import Running
from linli_service.settings import Settings
from linli_shared.logs import install_logs
from linli_shared.seal import Plain


class Unsealed(Running):
    def _vault(self) -> Plain:  # type: ignore[override]
        return Plain()


if __name__ == "__main__":
    install_logs("unsealed", "ERROR")
    uvloop.run(Unsealed(SERVICE, Settings(), ["api"]).run())
