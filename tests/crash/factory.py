"""Runs inside one `odoo shell` per test run: loads Odoo and the registry once, then forks a worker for every order.

A forked worker is a process like any other: own connections, real commits, killed with SIGKILL. Loading Odoo anew for each of
them would cost four seconds each; forking is what Odoo's own prefork server does, for the same reason. The harness talks to it
over a Unix socket, a line of JSON each way.
"""

import json
import os
import random
import socket
import sys
import time
import traceback


def serve(env, path):
    """Never returns to the shell: its cursor is closed, for no connection may be shared with a fork."""
    from odoo import sql_db

    dbname = env.cr.dbname
    env.cr.close()
    sql_db.close_all()
    harness = socket.socket(socket.AF_UNIX)
    harness.connect(path)
    stream = harness.makefile("rw", encoding="utf-8")
    for line in stream:
        order = json.loads(line)
        if "fork" in order:
            answer = _fork(dbname, order["fork"], order["output"], harness)
        else:
            answer = _wait(order["wait"], order["seconds"])
        stream.write(json.dumps(answer) + "\n")
        stream.flush()
    os._exit(0)


def _wait(pid, seconds):
    """:return: exit code, minus the signal for a killed worker, None while it is alive"""
    deadline = time.monotonic() + seconds
    while True:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > deadline:
            return None
        time.sleep(0.01)


def _fork(dbname, script, output, harness):
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        harness.close()
        os.setsid()
        sink = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(sink, 1)
        os.dup2(sink, 2)
        random.seed()  # or every fork would draw the same numbers
        _work(dbname, script)
        code = 0
    except BaseException:  # noqa: BLE001  whatever it is, the exit code and the log tell it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _work(dbname, script):
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry

    registry = Registry(dbname)
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        names = {"env": env, "registry": registry, "company": env.ref("base.main_company")}
        exec(compile(script, "<worker>", "exec"), names)
