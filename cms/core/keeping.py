"""What a process keeps of what it drew, the oldest leaving first."""

from threading import Lock

_all: list["Kept"] = []


class Kept:
    def __init__(self, most: int):
        self.most, self._things, self._lock = most, {}, Lock()
        _all.append(self)

    def get(self, key):
        return self._things.get(key)

    def put(self, key, thing):
        with self._lock:
            while len(self._things) >= self.most:
                self._things.pop(next(iter(self._things)))
            self._things[key] = thing
        return thing

    def clear(self) -> None:
        with self._lock:
            self._things.clear()


def forget() -> None:
    """For tests and after a change of templates or catalogues."""
    for kept in _all:
        kept.clear()
