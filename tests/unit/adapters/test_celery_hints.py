# SPDX-License-Identifier: Apache-2.0
"""Hints are sent by a thread, let go in any doubt, and never hold anybody up."""

import logging
import os
import time
from threading import Event

import pytest
from celery import Celery
from kombu.exceptions import OperationalError

from kyc.adapters import celery_hints
from kyc.adapters.celery_hints import TASK, CeleryHints, celery_app


class Broker(Celery):
    """A Celery whose sending is steered: it notes, waits or fails."""

    def __init__(self) -> None:
        super().__init__("test", set_as_current=False)
        self.sent: list[tuple[str, tuple[str, ...]]] = []
        self.tries = 0
        self.answers = Event()
        self.answers.set()
        self.failure: Exception | None = None

    def send_task(self, name: str, args: tuple[str, ...], **_: object) -> None:  # type: ignore[override]
        """Take the message, once the broker answers."""
        self.tries += 1
        self.answers.wait(5)
        if self.failure is not None:
            raise self.failure
        self.sent.append((name, args))


def settle(hints: CeleryHints) -> None:
    """Wait until everything that was handed over has been dealt with."""
    hints._sender_here().submit(lambda: None).result(5)


def test_a_hint_carries_the_job_id_and_nothing_else() -> None:
    broker = Broker()
    hints = CeleryHints(broker)
    hints.wake("job_1")
    settle(hints)
    assert broker.sent == [(TASK, ("job_1",))]


def test_a_broker_that_hangs_holds_nobody_up_and_hints_beyond_the_room_are_let_go() -> None:
    broker = Broker()
    broker.answers.clear()
    hints = CeleryHints(broker)
    began = time.monotonic()
    for number in range(celery_hints._PENDING + 20):
        hints.wake(f"job_{number}")
    assert time.monotonic() - began < 1
    broker.answers.set()
    settle(hints)
    assert len(broker.sent) == celery_hints._PENDING


@pytest.mark.parametrize("failure", [OperationalError("gone"), ConnectionRefusedError()])
def test_after_a_failure_what_is_pending_is_let_go_at_once_and_the_broker_is_left_alone_for_a_while(
    failure: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broker = Broker()
    broker.failure = failure
    hints = CeleryHints(broker)
    with caplog.at_level(logging.WARNING, "kyc.hints"):
        for number in range(5):
            hints.wake(f"job_{number}")
        settle(hints)
    assert broker.tries == 1
    assert [record.message for record in caplog.records] == ["hint_lost"] * 5
    broker.failure = None
    monkeypatch.setattr(hints, "_rest_until", time.monotonic())
    hints.wake("job_5")
    settle(hints)
    assert broker.sent == [(TASK, ("job_5",))]


def test_a_failure_that_nobody_foresaw_is_logged_by_its_kind_alone(caplog: pytest.LogCaptureFixture) -> None:
    broker = Broker()
    broker.failure = ValueError("a text that may quote anything")
    hints = CeleryHints(broker)
    with caplog.at_level(logging.ERROR, "kyc.hints"):
        hints.wake("job_1")
        settle(hints)
    assert [(record.message, record.__dict__["problem"]) for record in caplog.records] == [
        ("hint_failed", "ValueError")
    ]


def test_a_forked_child_sends_from_a_thread_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    hints = CeleryHints(Broker())
    parents = hints._sender_here()
    monkeypatch.setattr(os, "getpid", lambda: 1)
    assert hints._sender_here() is not parents


def test_redis_keeps_no_copy_of_a_delivered_hint() -> None:
    with celery_app("redis://127.0.0.1:1/0") as celery:
        assert celery.conf.broker_transport_options["ack_emulation"] is False
        assert celery.conf.task_acks_late is False
        assert celery.conf.task_ignore_result is True
