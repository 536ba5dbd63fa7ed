"""Signing in with the company's own accounts: OpenID Connect, the code flow with PKCE, state and nonce.

Authlib knows the protocol's parameters and checks the claims, joserfc the signatures. By OpenID Connect
Core 1.0 and Discovery 1.0, RFC 7636 (PKCE), RFC 9207 (the issuer in the answer).
"""

from __future__ import annotations

import hmac
import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from review_gate.domain.errors import GateError
from review_gate.domain.message import Message
from review_gate.domain.submission import Role
from review_gate.ports import Clock

log = logging.getLogger(__name__)

BASIC = "client_secret_basic"
SCOPE = "openid email profile"
VERIFIED = "email_verified"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signatures that are believed: by the provider's own key, never by a secret that two share, never none."""
TIMEOUT = 10.0
"""Seconds for each call to the provider."""
LEEWAY = 60
"""Seconds that its clock may differ from ours."""
KEPT = timedelta(hours=1)
"""So long what the provider says about itself is believed without asking again."""


class CompanyRefused(GateError):
    """Nobody was signed in; the message says why and what to do."""

    code = "not-permitted"


UNREACHABLE = Message(
    "The company's sign-in does not answer as it should. Try again in a moment, or use an account of the gate; the log"
    " says more to an administrator.",
    "La connexion de l'entreprise ne répond pas comme prévu. Réessayez dans un instant, ou utilisez un compte du"
    " portail ; le journal technique en dit plus à l'administration.",
)
STALE = Message(
    "This sign-in was too old or did not begin in this browser. Nobody was signed in: begin again.",
    "Cette connexion était trop ancienne ou n'a pas commencé dans ce navigateur. Personne n'a été connecté :"
    " recommencez.",
)
DECLINED = Message(
    "The company's sign-in said no. Ask its administrators for access to Review Gate.",
    "La connexion de l'entreprise a refusé. Demandez à son administration l'accès à Review Gate.",
)
NO_ADDRESS = Message(
    "The company's sign-in gives no confirmed e-mail address for you. Ask its administrators to confirm yours and to"
    " send the claim email_verified.",
    "La connexion de l'entreprise ne donne pas d'adresse e-mail confirmée pour vous. Demandez à son administration de"
    " confirmer la vôtre et d'envoyer l'attribut email_verified.",
)


@dataclass(frozen=True, slots=True)
class Started:
    """What the browser keeps between going to the provider and coming back. `address` is where it goes."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody, as the provider vouches for them. `subject` names them there for good, whatever their address.
    `roles` None: the provider does not decide about roles."""

    issuer: str
    subject: str
    email: str
    name: str
    roles: frozenset[Role] | None


@dataclass(frozen=True, slots=True)
class Client:
    """What the provider knows us as. `roles` maps a value of the claim `roles_claim` (a path with dots, such as
    realm_access.roles) to a role; empty: roles are given here, not there."""

    issuer: str
    id: str
    redirect_uri: str
    secret: str | None = field(default=None, repr=False)
    roles_claim: str = "groups"
    roles: Mapping[str, Role] = field(default_factory=dict)


class Company:
    """The provider. Safe to use from several threads. Raises CompanyRefused."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._lock = threading.Lock()
        self._about: tuple[Any, Mapping[str, Any]] | None = None
        self._keys: KeySet | None = None

    def look(self) -> str:
        """Where people are sent to sign in, asked anew."""
        with _told():
            self._about = None
            return str(self._discovered()["authorization_endpoint"])

    def start(self) -> Started:
        """Where to send the browser, and what it must bring back."""
        with _told():
            about = self._discovered()
            state, nonce, verifier = generate_token(32), generate_token(32), generate_token(64)
            address = prepare_grant_uri(
                about["authorization_endpoint"],
                self._client.id,
                "code",
                redirect_uri=self._client.redirect_uri,
                scope=SCOPE,
                state=state,
                nonce=nonce,
                code_challenge=create_s256_code_challenge(verifier),
                code_challenge_method="S256",
            )
        return Started(str(address), state, nonce, verifier)

    def finish(self, answer: Mapping[str, str], started: Started) -> Known:
        """Who came back with `answer` (the parameters of the address)."""
        if not hmac.compare_digest(answer.get("state", "").encode(), started.state.encode()):
            raise CompanyRefused(STALE)
        if "error" in answer or "code" not in answer:
            log.warning("the company's sign-in refused: %.200s", answer.get("error"))
            raise CompanyRefused(DECLINED)
        if answer.get("iss", self._client.issuer) != self._client.issuer:
            raise CompanyRefused(STALE)
        with _told():
            about = self._discovered()
            token = self._token(about, answer["code"], started.verifier)
            claims = dict(self._claims(token["id_token"], token.get("access_token"), started.nonce, about))
            wanted = _confirmed(about) | ({self._client.roles_claim.partition(".")[0]} if self._client.roles else set())
            if wanted - claims.keys() and "userinfo_endpoint" in about:
                bearer = {"Authorization": f"Bearer {token['access_token']}"}
                claims = _also(claims, _fetch(about["userinfo_endpoint"], bearer))
        if claims.get(VERIFIED, VERIFIED not in _confirmed(about)) is not True:
            raise CompanyRefused(NO_ADDRESS)
        return self._known(claims)

    def _known(self, claims: Mapping[str, Any]) -> Known:
        email = str(claims.get("email") or "").strip().casefold()
        if not email:
            raise CompanyRefused(NO_ADDRESS)
        name = str(claims.get("name") or claims.get("preferred_username") or "").strip()[:200]
        return Known(self._client.issuer, str(claims["sub"]), email, name, self._roles(claims))

    def _roles(self, claims: Mapping[str, Any]) -> frozenset[Role] | None:
        if not self._client.roles:
            return None
        value: Any = claims
        for name in self._client.roles_claim.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        values = value if isinstance(value, list) else [value]
        return frozenset(
            self._client.roles[one] for one in values if isinstance(one, str) and one in self._client.roles
        )

    def _claims(self, id_token: str, access_token: str | None, nonce: str, about: Mapping[str, Any]) -> CodeIDToken:
        """The claims of the ID token, once its signature and all of them hold (Core, 3.1.3.7)."""
        try:
            token = jwt.decode(id_token, self._keyset(about), algorithms=ALGORITHMS)
        except (JoseError, ValueError):  # perhaps signed with a key that is new there
            token = jwt.decode(id_token, self._keyset(about, fresh=True), algorithms=ALGORITHMS)
        client = self._client
        options = {"iss": {"essential": True, "value": client.issuer}, "aud": {"essential": True, "value": client.id}}
        params = {"nonce": nonce, "client_id": client.id, "access_token": access_token}
        claims = CodeIDToken(token.claims, token.header, options, params)
        claims.validate(now=int(self._clock().timestamp()), leeway=LEEWAY)
        return claims

    def _discovered(self) -> Mapping[str, Any]:
        """What the provider says about itself."""
        with self._lock:
            now = self._clock()
            if self._about is None or now - self._about[0] > KEPT:
                about = _fetch(self._client.issuer.rstrip("/") + "/.well-known/openid-configuration")
                if about["issuer"] != self._client.issuer:
                    raise ValueError(f"the provider calls itself {about['issuer']}, the settings {self._client.issuer}")
                self._about = (now, about)
            return self._about[1]

    def _keyset(self, about: Mapping[str, Any], *, fresh: bool = False) -> KeySet:
        with self._lock:
            if self._keys is None or fresh:
                self._keys = KeySet.import_key_set(_fetch(about["jwks_uri"]))  # type: ignore[arg-type]
            return self._keys

    def _token(self, about: Mapping[str, Any], code: str, verifier: str) -> Mapping[str, Any]:
        """What the code is worth; we prove who we are the way the provider takes it."""
        client = self._client
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier,
                "redirect_uri": client.redirect_uri}  # fmt: skip
        proof = None
        if client.secret and BASIC in about.get("token_endpoint_auth_methods_supported", [BASIC]):
            proof = httpx.BasicAuth(quote(client.id, safe=""), quote(client.secret, safe=""))  # RFC 6749, 2.3.1
        else:
            form |= {"client_id": client.id} | ({"client_secret": client.secret} if client.secret else {})
        answer = httpx.post(about["token_endpoint"], data=form, auth=proof, timeout=TIMEOUT)
        found: Mapping[str, Any] = answer.raise_for_status().json()
        return found


@contextmanager
def _told() -> Iterator[None]:
    """Whatever the provider does wrong signs nobody in; the log says what it was, never a token."""
    try:
        yield
    except (httpx.HTTPError, AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as error:
        log.error("the company's sign-in failed: %s: %.300s", type(error).__name__, error)
        raise CompanyRefused(UNREACHABLE) from error


def _fetch(address: str, headers: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    found: Mapping[str, Any] = httpx.get(address, headers=headers, timeout=TIMEOUT).raise_for_status().json()
    return found


def _confirmed(about: Mapping[str, Any]) -> set[str]:
    """The claims that a confirmed address takes. Who publishes a list of claims without `email_verified` (Entra ID)
    never sends it: there the company's administrators give out the addresses."""
    return {"email"} | ({VERIFIED} & set(about.get("claims_supported", [VERIFIED])))


def _also(claims: dict[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """With what the user endpoint adds. It must speak of the same person; what the signed token says stays, and an
    address there is not confirmed by what is said here of another."""
    if more.get("sub") != claims["sub"]:
        raise ValueError("the user endpoint speaks of somebody else")
    merged = {**more, **claims}
    if VERIFIED not in claims and merged.get("email") != more.get("email"):
        merged[VERIFIED] = False
    return merged
