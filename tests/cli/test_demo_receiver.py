"""The demo's publisher counts a forged webhook, and not one whose sender died halfway."""

import json
import socket
from datetime import UTC, datetime

import httpx
from standardwebhooks import Webhook

from review_gate.cli.demo_receiver import Receiver, new_secret

BODY = json.dumps({"type": "submission.approved", "data": {"id": "s-1"}})


def test_a_request_cut_off_halfway_is_none() -> None:
    with Receiver(new_secret()) as receiver:
        address = httpx.URL(receiver.url)
        with socket.create_connection((address.host, address.port)) as sender:
            sender.sendall(b"POST /published HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
            sender.shutdown(socket.SHUT_WR)
            assert sender.recv(100) == b""  # no answer: it will be sent again
        assert receiver.refused == 0


def test_a_signed_one_is_kept_once_and_a_forged_one_refused() -> None:
    now = datetime.now(tz=UTC)
    with Receiver(new_secret()) as receiver:
        for secret, status in ((receiver.secret, 204), (receiver.secret, 204), (new_secret(), 401)):
            signed = {
                "webhook-id": "d-1",
                "webhook-timestamp": str(int(now.timestamp())),
                "webhook-signature": Webhook(secret).sign("d-1", now, BODY),
            }
            assert httpx.post(receiver.url, content=BODY, headers=signed).status_code == status
        assert len(receiver.received) == 1
        assert receiver.refused == 1
