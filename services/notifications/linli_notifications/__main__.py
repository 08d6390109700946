"""`python -m linli_notifications [api|relay|views|timers|processes|mail|provision|migrate]`"""

from linli_service.service import main

from linli_notifications.app import SERVICE

if __name__ == "__main__":
    main(SERVICE)
