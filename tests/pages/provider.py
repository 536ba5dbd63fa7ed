"""A small OpenID provider on a real socket: discovery, code flow with PKCE, signed ID tokens, a user endpoint. What it
does wrong on demand is in `slips`."""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "review-gate", "a secret between the two"


@dataclass
class Provider:
    """`person` are the claims of who is signed in there; `thin`: the ID token says no more than it must, the user
    endpoint the rest. `slips` overrides claims of the ID token, or names a mischief."""

    url: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    thin: bool = False
    slips: dict[str, Any] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def turn_key(self) -> None:
        """Signs with another kind of key from now on."""
        self.key = ECKey.generate_key("P-256", {"kid": secrets.token_hex(4)})


def app_of(provider: Provider) -> Flask:
    app = Flask("provider")

    @app.before_request
    def note() -> None:
        provider.asked.append(request.path)

    @app.get("/.well-known/openid-configuration")
    def about() -> Response:
        url = provider.url
        return jsonify(
            issuer=provider.slips.get("issuer_told", url),
            authorization_endpoint=f"{url}/authorize",
            token_endpoint=f"{url}/token",
            userinfo_endpoint=f"{url}/userinfo",
            jwks_uri=f"{url}/jwks",
            **({"claims_supported": provider.slips["claims_told"]} if "claims_told" in provider.slips else {}),
        )

    @app.get("/jwks")
    def jwks() -> Response:
        return jsonify(keys=[provider.key.as_dict(private=False)])

    @app.get("/authorize")
    def authorize() -> Any:
        asked = request.args
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert asked["code_challenge_method"] == "S256" and "openid" in asked["scope"].split()
        back = {
            "state": provider.slips.get("state", asked["state"]),
            "iss": provider.slips.get("iss_told", provider.url),
        }
        if provider.slips.get("error"):
            return redirect(f"{asked['redirect_uri']}?{urlencode({**back, 'error': 'access_denied'})}")
        code = secrets.token_hex(8)
        provider.codes[code] = {name: asked[name] for name in ("redirect_uri", "nonce", "code_challenge")}
        return redirect(f"{asked['redirect_uri']}?{urlencode({**back, 'code': code})}")

    @app.post("/token")
    def token() -> Any:
        basic = base64.b64encode(f"{CLIENT}:{quote(SECRET, safe='')}".encode()).decode()
        kept = provider.codes.pop(request.form["code"], None)
        if request.headers.get("Authorization") != f"Basic {basic}" or kept is None:
            return jsonify(error="invalid_client" if kept else "invalid_grant"), 400
        if (
            request.form["redirect_uri"] != kept["redirect_uri"]
            or create_s256_code_challenge(request.form["code_verifier"]) != kept["code_challenge"]
        ):
            return jsonify(error="invalid_grant"), 400
        now = int(time.time())
        claims = {"iss": provider.url, "aud": CLIENT, "sub": provider.person["sub"], "iat": now, "exp": now + 300}
        claims |= {"nonce": kept["nonce"], **({} if provider.thin else provider.person)}
        claims |= {name: value for name, value in provider.slips.items() if name in (*claims, "azp", "at_hash")}
        return jsonify(
            access_token="t-" + provider.person["sub"], token_type="Bearer", id_token=_signed(provider, claims)
        )

    @app.get("/userinfo")
    def userinfo() -> Any:
        assert request.headers["Authorization"] == f"Bearer t-{provider.person['sub']}"
        return jsonify(provider.person | provider.slips.get("userinfo", {}))

    return app


def _signed(provider: Provider, claims: dict[str, Any]) -> str:
    key = provider.key
    alg = "RS256" if key.key_type == "RSA" else "ES256"
    match provider.slips.get("signed"):
        case "by another":
            key, alg = RSAKey.generate_key(2048, {"kid": "k1"}), "RS256"
        case "with the secret":
            key, alg = OctKey.import_key(SECRET + " " * 16), "HS256"
        case "not at all":
            return ".".join([_part('{"alg":"none"}'), _part(json.dumps(claims)), ""])
    return jwt.encode({"alg": alg, "kid": provider.key.kid}, claims, key)


def _part(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@contextmanager
def providing() -> Iterator[Provider]:
    """The provider for the length of the block."""
    provider = Provider()
    server = make_server("127.0.0.1", 0, app_of(provider), threaded=True)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
