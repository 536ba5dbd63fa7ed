"""What people put in front of a bot today, behind Flask, for bench/throughput.py: a word list, and Detoxify."""

from __future__ import annotations

import os
import re

from flask import Flask, Response, jsonify, request

WORDS = ("idiot", "stupid", "hate", "kill", "damn", "shit", "fuck", "connard", "merde", "con", "salaud", "imbécile")


def word_list() -> Flask:
    """One regular expression over the text."""
    app = Flask("word_list")
    pattern = re.compile(rf"\b(?:{'|'.join(WORDS)})\b", re.IGNORECASE)

    @app.post("/v1/check")
    def check() -> Response:
        found = pattern.search(request.get_json()["text"])
        return jsonify({"action": "hold" if found else "allow"})

    return app


def detoxify() -> Flask:
    """Detoxify's `original` model as its README uses it. Needs requirements-detoxify.txt; DETOXIFY_CHECKPOINT names a
    checkpoint on disk, where nothing can be downloaded; `random` takes its architecture (BERT base) with random
    weights, which costs the same and says nothing."""
    import torch

    torch.set_num_threads(1)
    checkpoint = os.environ.get("DETOXIFY_CHECKPOINT", "")
    if checkpoint == "random":
        from transformers import BertConfig, BertForSequenceClassification

        model = BertForSequenceClassification(BertConfig(num_labels=6)).eval()

        def toxicity(text: str) -> float:
            ids = torch.tensor([[101, *(1000 + ord(letter) % 20000 for letter in text[:512:4]), 102]])
            with torch.no_grad():
                return float(torch.sigmoid(model(ids).logits)[0, 0])
    else:
        from detoxify import Detoxify

        judge = Detoxify("original", checkpoint=checkpoint or None)

        def toxicity(text: str) -> float:
            return float(judge.predict(text)["toxicity"])

    app = Flask("detoxify")

    @app.post("/v1/check")
    def check() -> Response:
        return jsonify({"action": "hold" if toxicity(request.get_json()["text"]) > 0.5 else "allow"})

    return app


app = {"word_list": word_list, "detoxify": detoxify}[os.environ.get("PEER", "word_list")]()
