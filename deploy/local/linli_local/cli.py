"""`linli up` and `linli down`: the whole stack as ordinary processes of this machine."""

import asyncio
import os
import shutil
import sys
import time
from typing import Annotated

import typer
from linli_operate import cli as operate
from linli_operate import places
from rich.markup import escape

from . import jars, kafka, ports, postgres, services
from .issuer import Issuer, roles_of
from .processes import Processes
from .screen import Steps, out, told
from .services import Env
from .state import Home, Trouble, given

EMBEDDED = {"postgres": 54320, "kafka": 9092, "kafka_controller": 9093}
PORTS = {
    "issuer": 8000, "cases": 8001, "views": 8002, "notifications": 8003, "volunteers": 8004,
    "meetings": 8005, "keys": 8006, "estates": 8007,
}  # fmt: skip

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)


def here() -> Processes:
    try:
        return Processes(Home.usual())
    except Trouble as trouble:
        out.print(f"[red]✗[/] {escape(str(trouble))}")
        raise typer.Exit(1) from None


@app.command()
def up(
    demo: Annotated[bool, typer.Option(help="run the demo when all is ready")] = True,
) -> None:
    """Start PostgreSQL, Kafka and every service; what runs already is left alone."""
    begun, running, steps = time.monotonic(), here(), Steps()
    with told(running), steps.bar:
        outside = given(os.environ)
        wanted = PORTS if outside else EMBEDDED | PORTS
        chosen, moved = ports.choose(running.home, running, wanted)
        for line in moved:
            out.print(f"[yellow]![/] {line}")
        admin_url, broker = outside or _embedded(running, chosen, steps)
        urls = _databases(running, admin_url, not outside, steps)
        time_too = not outside or os.environ.get("LINLI_SIMULATION") == "1"
        env = _services(running, chosen, urls, broker, not outside, steps, simulation=time_too)
        running.home.remember(**env, LINLI_ADMIN_URL=admin_url)
    out.print(f"\nUp in {time.monotonic() - begun:.1f} s.")
    code = _demo(running.home.env, wanted=demo)
    _where(running.home)
    raise typer.Exit(code)


def _embedded(running: Processes, chosen: dict[str, int], steps: Steps) -> tuple[str, str]:
    with steps.step("PostgreSQL 18 and Apache Kafka 4 started"):
        broker = kafka.launch(running, chosen["kafka"], chosen["kafka_controller"], steps.tick)
        return postgres.launch(running, chosen["postgres"]), broker


def _databases(running: Processes, admin_url: str, own: bool, steps: Steps) -> dict[str, Env]:
    """While Kafka is still coming. A server from outside must be there already, and soon answer."""
    with steps.step("PostgreSQL answers, databases migrated"):
        check = (lambda: running.check("postgres")) if own else (lambda: None)
        urls = asyncio.run(services.prepare(running, admin_url, check, 120 if own else 10))
        services.migrate(running, urls)
        return urls


def _services(
    running: Processes, chosen: dict[str, int], urls: dict[str, Env], broker: str, own: bool,
    steps: Steps, *, simulation: bool,
) -> Env:  # fmt: skip
    """The services, ready; what `.local/env` shall say of them."""
    issuer = services.start_issuer(running, chosen["issuer"])
    with steps.step("Kafka answers"):
        check = (lambda: running.check("kafka")) if own else (lambda: None)
        asyncio.run(kafka.answers(broker, check, 120 if own else 10))
    common = {
        "LINLI_KAFKA": broker, "LINLI_ISSUER": issuer, "LINLI_AUDIENCE": services.AUDIENCE,
        "LINLI_SIMULATION": str(int(simulation)),
        "LINLI_KEY_STORE": f"http://127.0.0.1:{chosen['keys']}",
    }  # fmt: skip
    with steps.step("Services ready"):
        services.wait(running, {"issuer": issuer}, "/jwks")  # who simulates asks it who it is
        addresses = services.start(running, urls, chosen, common)
        services.wait(running, addresses, "/readyz")
    with steps.step("Views as this version has them"):
        asyncio.run(services.flip(urls))
    return common | services.remembered(running.home, urls, addresses)


def _demo(env: Env, *, wanted: bool = True, asked: bool = False) -> int:
    """Without it, a time that a killed one has left set is real again."""
    from .demo import demo, release  # here, for nothing else needs what they import

    if env.get("LINLI_SIMULATION") != "1":
        if wanted:
            out.print(
                "No demo on servers of your own: it simulates four months on them. If that is what"
                " you want, and nothing else is there: LINLI_SIMULATION=1."
            )
        return int(asked)
    if not wanted:
        asyncio.run(release(env))
        return 0
    try:
        return asyncio.run(demo({**os.environ, **env}, asked=asked))
    except Trouble as trouble:
        out.print(f"[red]✗[/] {escape(str(trouble))}")
        return 1


def _where(home: Home) -> None:
    """Where to look, and how to stop."""
    out.print()
    for name in services.SERVICES:
        address = home.env[f"LINLI_{name.upper()}_URL"]
        out.print(f"  {name:<14} {address}/docs")
        for path in services.views(address):
            out.print(f"  {'':<14} {address}{path}")
    topics = ", ".join(asyncio.run(kafka.topics(home.env["LINLI_KAFKA"])))
    out.print(f"  {'token issuer':<14} {home.env['LINLI_ISSUER']}  (or: .venv/bin/linli token)")
    out.print(f"  {'Kafka':<14} {home.env['LINLI_KAFKA']}  {topics}")
    out.print(f"  {'addresses':<14} {home.root}/env  (and passwords: keep it to yourself)")
    out.print(
        f"  {'logs':<14} {home.root}/log\n\nStop: make down. Remove the data too: make clean."
    )


@app.command("demo")
def run_demo() -> None:
    """Four months of a small estate through the APIs, once; then compare the figures."""
    raise typer.Exit(_demo(_env(here().home), asked=True))


@app.command()
def token(
    roles: Annotated[list[str], typer.Argument(metavar="ESTATE=ROLE,ROLE...")],
    person: Annotated[str, typer.Option(help="who it shall be")] = "operator-1",
    hours: Annotated[float, typer.Option(min=0.001, max=8760)] = 12,
) -> None:
    """A bearer token of the development issuer, for the Authorize button of an API's docs page.

    For example: linli token --person mr-zhou xx=resident company:c1=company_user
    """
    home = here().home
    issuer = Issuer.load(_env(home)["LINLI_ISSUER"], home.root / "issuer.json")
    try:
        print(issuer.token(person, roles_of(roles), expires_in=int(hours * 3600)))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


@app.command()
def run(service: str, arguments: Annotated[list[str] | None, typer.Argument()] = None) -> None:
    """One part of a service by hand, in the environment that `up` gives it: linli run cases api."""
    env = _env(here().home)
    own = f"LINLI_{service.upper()}_"
    env |= {f"LINLI_{key.removeprefix(own)}": v for key, v in env.items() if key.startswith(own)}
    argv = [sys.executable, "-m", f"linli_{service}", *(arguments or [])]
    os.execve(sys.executable, argv, {**env, **os.environ})


@app.command()
def down() -> None:
    """Stop everything; the data stays."""
    running = here()
    with told(running):
        names = running.names()
        first = [name for name in names if name not in EMBEDDED]
        for group in (first, [name for name in names if name in EMBEDDED]):
            begun = time.monotonic()
            running.stop(*group)
            if group:
                out.print(f"  {', '.join(group)} stopped ({time.monotonic() - begun:.1f} s)")


@app.command(hidden=True)
def wipe() -> None:
    """Remove data, logs and secrets: what was made here, also outside the project, no more."""
    home = here().home
    for folder in (home.root, *home.root.glob("test*")):
        postgres.wipe(Home(folder))
        for made in ("kafka", "keys", "log", "run"):
            shutil.rmtree(folder / made, ignore_errors=True)
        for file in ("env", "issuer.json", "demo.jsonl", "lock"):
            (folder / file).unlink(missing_ok=True)


@app.command(hidden=True)
def lock_jars() -> None:
    """Pin the jars that jgo.toml asks for."""
    jars.lock(here().home)


def _env(home: Home) -> Env:
    if "LINLI_ISSUER" not in home.env:
        out.print("[red]✗[/] Nothing has been started here yet: make up.")
        raise typer.Exit(1)
    return home.env


operate.join(app)
places.elsewhere(lambda: here().home.env)
