"""The bounded client (adapters/bounded.py) for a library that asks through requests: only for those who have requests
installed."""

from __future__ import annotations

import io
from typing import Any

import httpx
import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers


def bounded_session(client: httpx.Client) -> requests.Session:
    """A session that asks through `client` and closes it at its end; like it, it follows no redirect. Whatever goes
    wrong on the way raises requests.ConnectionError."""
    session = requests.Session()
    session.max_redirects = 0
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Adapter(client))
    return session


class _Adapter(BaseAdapter):
    def __init__(self, client: httpx.Client) -> None:
        super().__init__()
        self._client = client

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        # What is left out: time-outs and proxies of requests' own, and the encodings that it could take apart.
        headers: Any = {name: value for name, value in request.headers.items() if name.lower() != "accept-encoding"}
        body: Any = request.body
        try:
            with self._client.stream(str(request.method), str(request.url), headers=headers, content=body) as answer:
                content = answer.read()
        except httpx.HTTPError as error:
            raise requests.ConnectionError(type(error).__name__, request=request) from error
        told = requests.Response()
        told.status_code = answer.status_code
        told.reason = answer.reason_phrase
        told.headers = CaseInsensitiveDict(answer.headers)
        told.encoding = get_encoding_from_headers(told.headers)
        told.raw = io.BytesIO(content)
        told.url = str(request.url)
        told.request = request
        return told

    def close(self) -> None:
        self._client.close()
