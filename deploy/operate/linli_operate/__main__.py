"""`python -m linli_operate` is `linli-operate`."""

from .cli import app

if __name__ == "__main__":
    app()
