"""Writes the contracts: `make contracts`. Refuses where a promise would be broken.

python -m linli_contracts                 # write shared/contracts anew
python -m linli_contracts forget TYPE…    # take promises back, of types never stored anywhere
"""

import sys

from linli_contracts import files
from linli_contracts.promises import WAY_OUT


def main(argv: list[str]) -> int:
    match argv:
        case []:
            pass
        case ["forget", *kinds] if kinds:
            if unknown := [kind for kind in kinds if not files.forget(kind)]:
                print(f"nothing was promised of {', '.join(unknown)}", file=sys.stderr)
                return 1
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    if found := files.breaches():
        print(*found, "", WAY_OUT, sep="\n", file=sys.stderr)
        return 1
    changed = files.write()
    print(*(f"shared/contracts/{path}" for path in changed), sep="\n")
    print("the contracts stood as they should" if not changed else f"{len(changed)} files")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
