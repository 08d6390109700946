"""`python -m linli_keys [api|views|ledger|ageing|provision|migrate]`, and to change keys now:

python -m linli_keys rotate                        # the key-encryption key
python -m linli_keys rotate --data                 # data keys: new ones seal what comes
python -m linli_keys rotate --data xx person:<id>  # of one owner
"""

import argparse
import asyncio
import sys

import asyncpg
from linli_sealed.token import Owner
from linli_service.service import main
from linli_service.settings import Settings
from linli_shared.logs import install_logs

from linli_keys.app import SERVICE
from linli_keys.rotation import Busy, rotate, spend
from linli_keys.settings import told


async def _rotate(given: argparse.Namespace) -> None:
    url = Settings().view_url.get_secret_value()
    if not url:
        raise SystemExit("LINLI_VIEW_URL is not set: the address of the database")
    async with asyncpg.create_pool(url, min_size=1, max_size=1) as pool:
        if given.data:
            count = await spend(pool, Owner(*given.owner) if given.owner else None)
            print(f"{count} keys seal no more; within ten minutes new ones do")
            return
        try:
            done = await rotate(pool, told().kek)
        except Busy:
            raise SystemExit("somebody else rotates at this moment; nothing was done") from None
        except OSError as error:
            raise SystemExit(f"LINLI_KEK cannot be written: {error.strerror}") from None
        assert done
        gone = ", ".join(done.destroyed)
        print(f"{done.wrapped} keys are wrapped anew; no more in the file: {gone}")


def _main() -> None:
    if sys.argv[1:2] != ["rotate"]:
        return main(SERVICE)
    parser = argparse.ArgumentParser(prog="python -m linli_keys rotate", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--data", action="store_true", help="data keys")
    parser.add_argument("owner", nargs="*", help="estate and kind:id, with --data")
    given = parser.parse_args(sys.argv[2:])
    if given.owner and (not given.data or len(given.owner) != 2):
        parser.error("an owner is an estate and kind:id, with --data")
    install_logs(SERVICE.name, "info")
    asyncio.run(_rotate(given))
    return None


if __name__ == "__main__":
    _main()
