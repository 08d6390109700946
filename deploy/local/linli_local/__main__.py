"""`python -m linli_local` is `linli`."""

from .cli import app

if __name__ == "__main__":
    app()
