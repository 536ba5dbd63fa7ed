"""A courier in a process of its own, to be killed: carries what is due once. Arguments: database, kind, address."""

from __future__ import annotations

import sys

from review_gate.adapters.clock import utc_now, uuid7
from review_gate.adapters.publishers import open_publisher
from review_gate.adapters.publishers.pictures import Pictures
from review_gate.adapters.stores import open_store
from review_gate.courier import Courier
from review_gate.domain.change import DeliveryKind
from review_gate.gate.publishing import Publishing
from tests.publishers.test_contract import EYES, KINDS


def main(database: str, kind: str, url: str) -> None:
    _, outlet, secret = KINDS[kind]
    store = open_store(database)
    publisher = open_publisher(outlet(url, secret), utc_now, Pictures(store, EYES, None, ""))
    publishing = Publishing(store, {"one": publisher}, utc_now, uuid7, lambda *_: None)
    Courier(store, DeliveryKind.PUBLISH, publishing, utc_now).run_once()


if __name__ == "__main__":
    main(*sys.argv[1:])
