"""Server-Timing with the number of statements, when BESTARI_SERVER_TIMING=1."""

import time
from contextlib import ExitStack

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import connection


class _Statements:
    def __init__(self):
        self.count, self.seconds = 0, 0.0

    def __call__(self, execute, sql, params, many, context):
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.count += 1
            self.seconds += time.perf_counter() - start


def server_timing(get_response):
    if not settings.BESTARI_SERVER_TIMING:
        raise MiddlewareNotUsed

    def middleware(request):
        statements, start = _Statements(), time.perf_counter()
        with ExitStack() as stack:
            stack.enter_context(connection.execute_wrapper(statements))
            response = get_response(request)
        spent = (time.perf_counter() - start) * 1000
        response["Server-Timing"] = (
            f'db;desc="{statements.count} queries";dur={statements.seconds * 1000:.1f}, app;dur={spent:.1f}'
        )
        return response

    return middleware
