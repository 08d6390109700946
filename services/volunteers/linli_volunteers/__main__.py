"""`python -m linli_volunteers [api|relay|timers|provision|migrate]`"""

from linli_service.service import main

from linli_volunteers.app import SERVICE

if __name__ == "__main__":
    main(SERVICE)
