"""`python -m linli_keys [api|provision|migrate]`"""

from linli_service.service import main

from linli_keys.app import SERVICE

if __name__ == "__main__":
    main(SERVICE)
