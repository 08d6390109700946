"""The sender: takes what is queued, calls the mail server, records what came of it.

Exactly-once state, at-least-once calls with stable ids: a kill between the server's 250 and the
record of it sends the message again, under the same Message-ID, and records it once. It is no view
and no fold, so nothing that is built again sends anything.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import structlog
from aiokafka.errors import KafkaError
from asyncpg import Pool
from linli_service.service import Task
from linli_service.settings import Settings
from linli_shared.agent import system_asks
from linli_shared.append import Overloaded, Unavailable
from linli_shared.asked import Asked, Outcome
from linli_shared.decider import Rejected
from linli_shared.leases import Leases
from linli_shared.logs import brief
from linli_shared.messages import UnknownKind
from linli_shared.postgres import TRANSIENT
from linli_shared.store import EventStore
from linli_shared.viewset import NotLive
from pydantic import ValidationError

from linli_notifications.addresses.domain import ADDRESSES, Address, address_of
from linli_notifications.consents import objected
from linli_notifications.intents.commands import (
    CheckIntent,
    IntentCommand,
    RecordFailure,
    RecordSent,
)
from linli_notifications.intents.domain import INTENTS
from linli_notifications.mail.agreement import Agreement
from linli_notifications.mail.letter import compose
from linli_notifications.mail.queue import QUEUE, QUEUES, Waiting
from linli_notifications.mail.settings import MailSettings
from linli_notifications.mail.smtp import NotTaken, send

_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
_START: Final = "insert into mail.start (since) values ($1) on conflict do nothing"
_SINCE: Final = "select since from mail.start"
_DUE: Final = """
select {columns} from {table} where queued_at is not null order by queued_at, intent_id limit 100"""
log = structlog.get_logger()


def mail(store: EventStore, pool: Pool, settings: Settings, owner: str) -> Task:
    """The part `mail` of the service. Without a mail server it rests: intents wait in the queue
    until there is one, or until they expire."""
    try:
        own = MailSettings()
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise SystemExit("; ".join(fault["msg"] for fault in faults)) from None
    if not own.on:
        return _rests
    sender = Sender(store, pool, own, owner, Agreement(store.pool, settings.cluster))
    if settings.simulation:  # which waits until it rests
        sender.poll_s = sender.pause_s = 0.05
    return sender.run


async def _rests() -> None:
    log.warning("mail_rests", missing="LINLI_SMTP_URL")


@dataclass(slots=True)
class Sender:
    """One process of the service sends, by a lease; the others stand by. The lease is longer than
    an attempt, so that two never have the same message in hand."""

    store: EventStore
    pool: Pool  # of the projector's login, which sees the queue of all estates
    settings: MailSettings
    owner: str
    agreement: Agreement
    lease_s: float = 60
    poll_s: float = 1
    pause_s: float = 30  # after a failure that is not about one message
    _leases: Leases = field(init=False)
    _since: datetime | None = None

    def __post_init__(self) -> None:
        self._leases = Leases(self.pool, "mail", [0], self.owner, lease_s=self.lease_s)

    async def run(self) -> None:
        try:
            while True:
                pause = self.poll_s
                try:
                    if await self._mine() and await self.agreement.holds():
                        pause = await self.round()
                except (*TRANSIENT, KafkaError, Overloaded, Unavailable, NotLive) as error:
                    self.agreement.forget()  # the database may be another than before
                    log.warning("mail_retry", error=brief(error))
                await asyncio.sleep(pause)
        finally:
            await self._leases.leave()

    async def round(self) -> float:
        """Send what is queued, the oldest first; how long to rest then."""
        sent = 0
        for row in await self._due():
            if not await self._mine():
                break
            try:
                sent += await self._attempt(row)
            except NotTaken:
                return self.pause_s
            except (Rejected, UnknownKind) as error:  # the view is behind, or this process old
                log.info("mail_left", intent=str(row.intent_id), error=brief(error))
        return 0 if sent else self.poll_s

    async def _mine(self) -> bool:
        if self._leases.due:
            await self._leases.refresh()
        return bool(self._leases.held)

    async def _due(self) -> list[Waiting]:
        assert QUEUE.rows
        table = QUEUE.rows.of(await QUEUES.live(self.pool))
        rows = await self.pool.fetch(
            _DUE.format(columns=", ".join(QUEUE.rows.columns), table=table)
        )
        return [QUEUE.rows.parse(row) for row in rows]

    async def since(self) -> datetime:
        """When sending began: now, or at the beginning, the first time; later as it was then."""
        if self._since is None:
            now = self.settings.mail_start == "now"
            await self.pool.execute(_START, await self.store.clock() if now else _BEGINNING)
            self._since = await self.pool.fetchval(_SINCE)
        assert self._since
        return self._since

    async def _attempt(self, row: Waiting) -> bool:
        """Whether the mail server was asked. Raises NotTaken where others had better wait."""
        key = address_of(row.estate, row.person_id)
        address = (await self.store.load(ADDRESSES, [row.estate], key)).state
        check = CheckIntent(attempt=row.attempt).learned(
            address=address, since=await self.since(), objected=await objected(self.pool, row)
        )
        if (await self._ask(row, check, f"check {row.queued_at}")).events:
            return False
        assert address is not None, "the check lets nothing else pass"
        try:
            await self._send(row, address)
        except NotTaken as why:
            failure = RecordFailure(
                attempt=row.attempt, reason=why.reason, code=why.code, final=why.final
            )
            await self._record(row, failure, "failed")
            if why.everyone:
                raise
        else:
            await self._record(row, RecordSent(attempt=row.attempt, locale=address.locale), "sent")
        return True

    async def _send(self, row: Waiting, address: Address) -> None:
        own = self.settings
        try:
            letter = compose(
                row, address.email or "", address.locale, sender=own.mail_sender,
                site=own.mail_site, at=await self.store.clock(),
            )  # fmt: skip
        except LookupError:  # a newer process asked for it
            raise NotTaken("template_unknown") from None
        await send(own.server, letter, own.smtp_timeout_s)

    async def _record(self, row: Waiting, command: IntentCommand, outcome: str) -> None:
        """As long as it takes: what is not recorded would be sent again."""
        while True:
            try:
                await self._ask(row, command, f"{row.attempt} {outcome}")
                return
            except (Overloaded, Unavailable, *TRANSIENT) as error:
                log.warning("mail_not_recorded", intent=str(row.intent_id), error=brief(error))
                await asyncio.sleep(self.poll_s)

    async def _ask(self, row: Waiting, command: IntentCommand, what: str) -> Outcome:
        asked: Asked = system_asks(
            "mail", row.estate, INTENTS.stream(row.intent_id), what, correlation=row.intent_id
        )
        return await self.store.act(INTENTS, row.intent_id, command, asked)
