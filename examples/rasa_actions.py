"""An action server for Rasa: what the assistant's custom actions say has been through the gate.

    export REVIEW_GATE_URL=http://127.0.0.1:8080
    export REVIEW_GATE_API_KEY=$(review-gate key create --name rasa --scope check)
    python examples/rasa_actions.py --port 5055

In Rasa: `action_endpoint: {url: "http://127.0.0.1:5055/webhook"}` in endpoints.yml; in domain.yml the actions below and
a slot `gate_submission` of type text. It speaks Rasa's action server API over HTTP and needs neither rasa nor rasa-sdk;
with rasa-sdk, ask the gate in your own `Action.run` as `run` does here.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from review_gate.client import Client, Verdict

Answer = Callable[[Mapping[str, Any]], str]

FALLBACK = "Let me ask a colleague, one moment please."


def answer_order(tracker: Mapping[str, Any]) -> str:
    """Your own action: a reply, made from what is known of the conversation."""
    order = (tracker.get("slots") or {}).get("order")
    return f"Your order {order} arrives on Friday." if order else "Which order is it about?"


def answer_freely(tracker: Mapping[str, Any]) -> str:
    """Where a language model would write. This one repeats the customer, which is what it must not always do."""
    return f"You said: {(tracker.get('latest_message') or {}).get('text') or ''}"


ACTIONS: dict[str, Answer] = {"action_order": answer_order, "action_answer_freely": answer_freely}


def run(gate: Client, name: str, call: Mapping[str, Any]) -> dict[str, Any]:
    """What Rasa is answered: what to say, and what happened. A reply that may not go out is never among it."""
    tracker = call.get("tracker") or {}
    reply = ACTIONS[name](tracker)
    verdict = gate.check(
        reply,
        bot="rasa",
        channel=tracker.get("latest_input_channel") or "chat",
        conversation=str(call.get("sender_id") or tracker.get("sender_id") or "default"),
        in_reply_to=(tracker.get("latest_message") or {}).get("text") or None,
    )
    if verdict.allowed:
        return {"events": [], "responses": [{"text": reply}]}
    return {"events": handed_over(verdict), "responses": [{"text": verdict.holding_text or FALLBACK}]}


def handed_over(verdict: Verdict) -> list[dict[str, Any]]:
    """A person answers now: the assistant is silent in this conversation until somebody resumes it."""
    slot = {"event": "slot", "timestamp": None, "name": "gate_submission", "value": verdict.submission}
    return [slot, {"event": "pause", "timestamp": None}]


def server(gate: Client, port: int) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/health":
                self._answer(200, {"status": "ok"})
            elif self.path == "/actions":
                self._answer(200, [{"name": name} for name in ACTIONS])
            else:
                self._answer(404, {"error": "There is no such page."})

        def do_POST(self) -> None:
            try:
                call = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
                name = str(call["next_action"])
            except (ValueError, TypeError, KeyError):
                self._answer(400, {"error": "A JSON object with next_action is expected.", "action_name": ""})
                return
            if self.path != "/webhook" or name not in ACTIONS:
                self._answer(404, {"error": f"No registered action found for name '{name}'.", "action_name": name})
                return
            self._answer(200, run(gate, name, call))

        def _answer(self, status: int, said: Any) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def main() -> None:
    parser = argparse.ArgumentParser(description="Rasa's custom actions behind Review Gate.")
    parser.add_argument("--port", type=int, default=5055)
    with Client() as gate:
        actions = server(gate, parser.parse_args().port)
        print(f"http://127.0.0.1:{actions.server_port}/webhook", flush=True)
        actions.serve_forever()


if __name__ == "__main__":
    main()
