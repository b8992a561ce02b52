"""The line between a browser and Django's test client, in one thread: no server, no second connection.

A redirect is a page that refreshes at once, so that addresses and anchors are as people see them, with or without
script.
"""

from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.db import connections
from django.utils import translation

HOST = "http://testserver"
ELSEWHERE = '<!doctype html><title>.</title><meta http-equiv="refresh" content="0;url={}">'


class Line:
    def __init__(self, client):
        self.client, self.connection, self.asked = client, connections["default"], []

    def answer(self, route):
        # Playwright calls back inside its event loop, where Django would open a connection of its own.
        connections["default"] = self.connection
        request = route.request
        parts = urlsplit(request.url)
        self.asked.append(parts.path)
        if parts.path.startswith("/static/"):
            found = finders.find(parts.path.removeprefix("/static/"))
            return route.fulfill(path=found) if found else route.fulfill(status=404)
        response = self.client.generic(
            request.method,
            parts.path,
            request.post_data_buffer or b"",
            content_type=request.headers.get("content-type", ""),
            QUERY_STRING=parts.query,
        )
        translation.activate("id")
        if response.status_code in (301, 302):
            return route.fulfill(content_type="text/html", body=ELSEWHERE.format(response["Location"]))
        headers = {name: value for name, value in response.headers.items() if name.lower() != "content-length"}
        return route.fulfill(status=response.status_code, headers=headers, body=response.content)
