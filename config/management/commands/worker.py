"""Runs jobs until told to stop, across restarts of the database."""

import asyncio
import logging
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from psycopg.conninfo import conninfo_to_dict

logger = logging.getLogger(__name__)
RESTART_AFTER_SECONDS = 3.0


def direct_connector() -> PsycopgConnector:
    """LISTEN needs a session of its own, which a pooler in transaction mode does not give."""
    if settings.DATABASE_DIRECT_URL:
        return PsycopgConnector(kwargs=conninfo_to_dict(settings.DATABASE_DIRECT_URL))
    return PsycopgConnector(kwargs=connector_params())


def may_listen() -> bool:
    """Behind a pooler in transaction mode without a direct address, the worker polls."""
    pooled = settings.DATABASES["default"].get("DISABLE_SERVER_SIDE_CURSORS", False)
    return bool(settings.DATABASE_DIRECT_URL) or not pooled


class Command(BaseCommand):
    help = "Run background jobs and the clocks; any number of workers may run."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--concurrency", type=int, default=2, help="jobs at the same time")
        parser.add_argument("--once", action="store_true", help="do what is waiting, then stop")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stopping = False
        asyncio.run(self.run(concurrency=options["concurrency"], wait=not options["once"]))

    async def run(self, *, concurrency: int, wait: bool) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        while not self.stopping:
            try:
                await self.run_once(concurrency, wait)
            except Exception:
                logger.exception("The worker lost its database; it tries again")
            if not wait:
                return
            await self.pause()

    async def run_once(self, concurrency: int, wait: bool) -> None:
        with app.replace_connector(direct_connector()) as running:
            async with running.open_async():
                work = running.run_worker_async(
                    concurrency=concurrency,
                    wait=wait,
                    listen_notify=may_listen(),
                    install_signal_handlers=False,
                    shutdown_graceful_timeout=20,
                )
                self.work = asyncio.create_task(work)
                if self.stopping:
                    self.work.cancel()
                try:
                    await self.work
                except asyncio.CancelledError:
                    if not self.stopping:
                        raise

    async def pause(self) -> None:
        for _ in range(int(RESTART_AFTER_SECONDS * 10)):
            if not self.stopping:
                await asyncio.sleep(0.1)

    def stop(self) -> None:
        self.stopping = True
        if work := getattr(self, "work", None):
            work.cancel()
