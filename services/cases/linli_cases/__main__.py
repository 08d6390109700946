"""`python -m linli_cases [api|relay|views|timers|processes|watch|provision|migrate]`"""

from linli_service.service import main

from linli_cases.app import SERVICE

if __name__ == "__main__":
    main(SERVICE)
