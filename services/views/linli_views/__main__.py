"""`python -m linli_views [api|views|directory|provision|migrate]`"""

from linli_service.service import main

from linli_views.app import SERVICE

if __name__ == "__main__":
    main(SERVICE)
