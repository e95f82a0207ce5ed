"""A person in front of the application, as far as HTTP goes."""

import http.client
import re
import time
from uuid import uuid4

from tests.faults.processes import SECONDS

PASSWORD = "rahasia-sekali-2026"


class NoAnswer(Exception):
    """The server gave no answer, or one that promises nothing."""


class Browser:
    """A signed-in person's browser: keeps cookies, sends forms, tells what was acknowledged."""

    def __init__(self, machine, name):
        self.machine, self.name, self.cookies = machine, name, {}

    def ask(self, method, path, body=None, kind="application/x-www-form-urlencoded"):
        """Send one request; return (status, headers, text). Raises NoAnswer when the connection broke."""
        host = f"127.0.0.1:{self.machine.ports['web']}"
        headers = {"X-Forwarded-Proto": "https", "Referer": f"https://{host}/", "Connection": "close"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{key}={value}" for key, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = kind
        caller = http.client.HTTPConnection("127.0.0.1", self.machine.ports["web"], timeout=60)
        try:
            caller.request(method, path, body, headers)
            answer = caller.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as fault:
            raise NoAnswer(type(fault).__name__) from None
        finally:
            caller.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            key, _, rest = line.partition("=")
            self.cookies[key] = rest.partition(";")[0]
        return answer.status, answer.headers, text

    def post(self, path, fields, file=None):
        """Send a form, as multipart so that a file may go with it; same return as `ask`."""
        edge = uuid4().hex
        fields = {"csrfmiddlewaretoken": self.cookies.get("__Host-csrftoken", ""), **fields}
        parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
        if file is not None:
            parts.append(
                f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n'
                f"Content-Type: text/csv\r\n\r\n{file}\r\n"
            )
        body = "".join(parts) + f"--{edge}--\r\n"
        return self.ask("POST", path, body.encode(), f"multipart/form-data; boundary={edge}")

    def sign_in(self):
        self.ask("GET", "/masuk/")
        status, _headers, text = self.post("/masuk/", {"username": self.name, "password": PASSWORD})
        assert status == 302, text[:500]
        return self

    def acknowledged(self, path, fields, file=None):
        """Send a form once; return where the server leads to. Raises NoAnswer unless it says that it took the form."""
        status, headers, text = self.post(path, fields, file)
        if status == 302 and not headers["Location"].startswith("/masuk/"):
            return headers["Location"]
        if status in (500, 502, 503):
            raise NoAnswer(str(status))
        raise AssertionError(f"{path} answered {status}: {re.sub('<[^>]+>', ' ', text)[:600]}")

    def insist(self, path, fields, file=None, seconds=2 * SECONDS):
        """Send the same form until it is acknowledged, as a patient person does."""
        until = time.monotonic() + seconds
        while True:
            try:
                return self.acknowledged(path, fields, file)
            except NoAnswer:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)


def number_in(location):
    """The row's number in an address."""
    return int(re.search(r"/(\d+)/", location).group(1))
