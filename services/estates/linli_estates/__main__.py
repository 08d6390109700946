"""`python -m linli_estates [api|relay|views|timers|import|provision|migrate]`"""

from linli_service.service import main

from linli_estates.app import SERVICE

if __name__ == "__main__":
    main(SERVICE)
