"""`linli-operate`: every command of this package. `linli` of the local stack has them too."""

import typer

from . import builds, store
from .events import events
from .status import status

GROUPS: dict[str, typer.Typer] = {"views": builds.group, "store": store.group}
"""Commands with a word of their own before them: `linli store verify` is `verify` of `store`."""


def join(app: typer.Typer) -> None:
    """Give an app all that operators use."""
    app.command()(status)
    app.command()(events)
    for name, group in GROUPS.items():
        app.add_typer(group, name=name)


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)
join(app)


@app.callback()
def _() -> None:
    """For operators of Linli; addresses come from LINLI_<SERVICE>_…_URL and LINLI_KAFKA."""
