"""Settings fail loudly: each wrong value stops the start with a sentence that names it (design 7)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from cms.settings import env

ROOT = Path(__file__).resolve().parents[3]
GOOD = {
    "BESTARI_SECRET_KEY": "kunci-yang-panjang-sekali-dan-acak-0123456789-ABCDEFGHIJ-xyz", "CACHE_URL": "redis://cache/1",
    "BESTARI_HOSTS": "bestari.example.go.id", "BESTARI_ADDRESS": "https://bestari.example.go.id",
    "DATABASE_URL": "postgres://bestari:x@db/bestari", "CELERY_BROKER_URL": "amqp://broker//",
}  # fmt: skip
# What is wrong, and the word the sentence must hold; None leaves the variable out.
WRONG = [
    ("BESTARI_SECRET_KEY", None), ("BESTARI_SECRET_KEY", "pendek"), ("BESTARI_SECRET_KEY", "a" * 60),
    ("BESTARI_HOSTS", None), ("BESTARI_HOSTS", "*"), ("BESTARI_HOSTS", " , "),
    ("BESTARI_ADDRESS", None), ("BESTARI_ADDRESS", "http://bestari.example.go.id"), ("BESTARI_ADDRESS", "bestari"),
    ("DATABASE_URL", None), ("DATABASE_URL", "sqlite:////tmp/x"), ("DATABASE_URL", "mysql://x/y"),
    ("CELERY_BROKER_URL", None), ("CELERY_BROKER_URL", ""), ("CELERY_BROKER_URL", "filesystem://"),
    ("CACHE_URL", None), ("CACHE_URL", "locmem"), ("CACHE_URL", "memcached://cache"),
    ("BESTARI_BEHIND_PROXY", "maybe"), ("BESTARI_SERVER_TIMING", "2"),
]  # fmt: skip
LOADER = """
import importlib, json, os, sys
import cms.settings.base, cms.settings
good, wrong = json.loads(sys.stdin.read())
answers = []
for name, value in [[None, None], *wrong]:
    os.environ.update(good)
    for other in ("BESTARI_BEHIND_PROXY", "BESTARI_SERVER_TIMING"):
        os.environ.pop(other, None)
    if name and value is None:
        os.environ.pop(name)
    elif name:
        os.environ[name] = value
    try:
        importlib.reload(cms.settings.base)
        sys.modules.pop("cms.settings.production", None)
        importlib.import_module("cms.settings.production")
        answers.append("started")
    except Exception as fault:
        answers.append(f"{type(fault).__name__}: {fault}")
print(json.dumps(answers))
"""


def test_each_wrong_value_of_production_stops_the_start_and_is_named(tmp_path):
    kept = {"PATH": os.environ["PATH"], "BESTARI_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", LOADER], input=json.dumps([GOOD, WRONG]), capture_output=True, text=True, cwd=ROOT,
        env=kept, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    first, *answers = json.loads(done.stdout)
    assert first == "started"
    unnamed = [
        (name, value, said)
        for (name, value), said in zip(WRONG, answers, strict=True)
        if not said.startswith("ImproperlyConfigured: ") or name not in said
    ]
    assert unnamed == []
    assert [said for said in answers if "pendek" in said or "aaaa" in said] == [], "a secret was repeated"


@pytest.mark.parametrize(
    ("reader", "typed"),
    [
        (lambda: env.flag("X_TEST"), "mungkin"),
        (lambda: env.number("X_TEST", 1), "-1"),
        (lambda: env.number("X_TEST", 1), "٣"),
        (lambda: env.number("X_TEST", 1), "1.5"),
        (lambda: env.folder("X_TEST", ROOT), __file__),
        (lambda: env.database("X_TEST", ""), "oracle://x"),
        (lambda: env.address("X_TEST", "https"), "https://"),
    ],
)
def test_a_reader_refuses_what_it_cannot_read(monkeypatch, reader, typed):
    monkeypatch.setenv("X_TEST", typed)
    with pytest.raises(ImproperlyConfigured, match="X_TEST"):
        reader()


def test_what_is_right_is_read(monkeypatch):
    monkeypatch.setenv("X_TEST", "yes")
    assert env.flag("X_TEST") is True
    monkeypatch.setenv("X_TEST", "12")
    assert env.number("X_TEST", 1) == 12
    monkeypatch.setenv("X_TEST", "postgres://a%40b:p%2Fw@h:5433/n?sslmode=require")
    database = env.database("X_TEST", "")
    assert (database["USER"], database["PASSWORD"], database["PORT"]) == ("a@b", "p/w", "5433")
    assert database["OPTIONS"]["sslmode"] == "require"
    assert "lock_timeout=2000" in database["OPTIONS"]["options"]
