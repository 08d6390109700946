"""`linli-operate`: every command of this package. `linli` of the local stack has them too."""

import typer

from . import places, screen, store

GROUPS: dict[str, typer.Typer] = {"store": store.group}
"""Commands with a word of their own before them: `linli store verify` is `verify` of `store`."""


def join(app: typer.Typer) -> None:
    """Give an app all that operators use."""
    app.command()(services)
    for name, group in GROUPS.items():
        app.add_typer(group, name=name)


def services() -> None:
    """The services whose addresses are known here."""

    async def tell() -> None:
        for place in places.places():
            screen.out.print(f"{place.name:<14} {place.http or '-'}")

    screen.run(tell())


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)
join(app)


@app.callback()
def _() -> None:
    """For operators of Linli; addresses come from LINLI_<SERVICE>_…_URL and LINLI_KAFKA."""
