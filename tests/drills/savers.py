"""People who save their exam again and again over HTTP, and remember every receipt they were given."""

import http.client
import json
import threading
import time

PAUSE = 0.5  # seconds between two saves of one person: 120 a minute are allowed


class Saver(threading.Thread):
    """One person. Each save carries all answers; one slot more holds the number of this save."""

    def __init__(self, house, taker: dict):
        super().__init__(daemon=True)
        self.house, self.taker = house, taker
        self.over = threading.Event()
        self.seq = 0
        self.answers: dict[str, str] = {}
        self.receipts: dict[str, int] = {}  # slot -> highest number that was acknowledged
        self.acknowledged = self.lost_lines = 0
        self.odd: list[str] = []

    def run(self) -> None:
        while not self.over.is_set():
            self.save()
            time.sleep(PAUSE)

    def save(self) -> None:
        self.seq += 1
        slot = str(self.seq % self.taker["slots"] + 1)
        self.answers[slot] = str(self.seq)
        body = json.dumps({"seq": self.seq, "answers": self.answers})
        headers = {
            "Content-Type": "application/json", "Cookie": self.taker["cookie"], "X-CSRFToken": "c" * 32,
            "Accept": "application/json",
        }  # fmt: skip
        try:
            answer = self.house.request(
                "POST", f"/ujian/kerja/{self.taker['attempt']}/simpan/", body, headers=headers, timeout=40
            )
        except (OSError, http.client.HTTPException):  # killed under our feet: no receipt, no promise
            self.lost_lines += 1
            return
        if answer.status == 200:
            self.acknowledged += 1
            self.receipts |= {one: int(seq) for one, seq in self.answers.items()}
        elif answer.status not in (429, 503):  # what is said while the database starts again
            self.odd.append(f"{answer.status} {answer.body[:200]}")


def lost(saver: Saver, kept: list) -> list[str]:
    """Receipts of ``saver`` that the database does not hold: (attempt, slot, seq)."""
    seq, answers = kept
    gone = [
        f"{saver.taker['attempt']} slot {slot} seq {number}, kept {answers.get(slot)}"
        for slot, number in saver.receipts.items()
        if int(answers.get(slot, 0)) < number
    ]
    if saver.receipts and seq < max(saver.receipts.values()):
        gone.append(f"{saver.taker['attempt']} save_seq {seq}")
    return gone
