"""A small OpenID provider on this machine: discovery, keys, authorization code with PKCE, and ways to answer wrongly."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "kessai", "himitsu"


class Provider(ThreadingHTTPServer):
    """Knows one person at a time; `wrong` names what it does wrongly."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.strange_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.person: dict[str, Any] = {"sub": "u-1", "preferred_username": "700001"}
        self.wrong = ""
        self.asked: dict[str, dict[str, str]] = {}  # code → what the browser was sent with
        self.tokens_given = 0

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser goes back to."""
        assert asked["response_type"] == "code" and asked["client_id"] == CLIENT
        assert "openid" in asked["scope"] and asked["code_challenge_method"] == "S256"
        if self.wrong == "denied":
            return f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': asked['state']})}"
        code = f"code-{len(self.asked)}"
        self.asked[code] = asked
        state = "strange" if self.wrong == "state" else asked["state"]
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': state})}"

    def token(self, sent: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """The answer for a code, once."""
        asked = self.asked.pop(sent.get("code", ""), None)
        if asked is None or sent.get("client_secret") != SECRET or sent["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        self.tokens_given += 1
        answer = {"access_token": "a", "token_type": "Bearer", "expires_in": 60}
        return 200, answer if self.wrong == "no_token" else answer | {"id_token": self._signed(asked)}

    def _signed(self, asked: dict[str, str]) -> str:
        import time

        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": asked["nonce"]} | self.person
        claims |= {
            "nonce": {"nonce": "strange"},
            "no_nonce": {"nonce": ""},
            "audience": {"aud": "another"},
            "issuer": {"iss": "https://example.com"},
            "expired": {"exp": now - 60},
        }.get(self.wrong, {})
        key, algorithm = (self.strange_key, "RS256") if self.wrong == "signature" else (self.key, "RS256")
        if self.wrong == "unsigned":
            return jwt.encode(claims, None, "none", headers={"kid": "1"})
        return jwt.encode(claims, key, algorithm, headers={"kid": "2" if self.wrong == "kid" else "1"})

    def keys(self) -> dict[str, Any]:
        """The published keys."""
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": "1", "use": "sig", "alg": "RS256"}]}

    def configuration(self) -> dict[str, Any]:
        """Discovery."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }


class Answers(BaseHTTPRequestHandler):
    """Four addresses."""

    server: Provider

    def do_GET(self) -> None:
        place = urlsplit(self.path)
        if self.server.wrong == "down":
            self._json(503, {})
        elif place.path == "/.well-known/openid-configuration":
            self._json(200, {} if self.server.wrong == "discovery" else self.server.configuration())
        elif place.path == "/keys":
            self._json(200, self.server.keys())
        elif place.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", self.server.authorize(_flat(place.query)))
            self.end_headers()

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._json(*self.server.token(_flat(sent)))

    def _json(self, status: int, body: dict[str, Any]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


@contextmanager
def running() -> Iterator[Provider]:
    """A provider that answers until the end of the block."""
    provider = Provider()
    thread = threading.Thread(target=provider.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.shutdown()
        provider.server_close()
        thread.join()
