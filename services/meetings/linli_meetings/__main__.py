"""`python -m linli_meetings [api|relay|timers|processes|provision|migrate]`"""

from linli_service.service import main

from linli_meetings.app import SERVICE

if __name__ == "__main__":
    main(SERVICE)
