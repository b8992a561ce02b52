"""What every gunicorn of Bestari has in common; `make run`, the bench, the drills and deploy.md name this file.

A request that gunicorn cannot read never reaches Django, so its answer is made here: a plain page that says what to do,
not the words of a library (robustness 3).
"""

import socket

from gunicorn import util

# As long as gunicorn allows. A search of thousands of characters is cut at 200 by the page itself (R05).
limit_request_line = 8190

WORDS = {
    414: (
        "Alamat ini terlalu panjang",
        "Alamat paling panjang 8.190 karakter. Persingkat kata yang Anda cari, lalu coba lagi.",
        "This address is longer than 8,190 characters. Shorten what you are looking for and try again.",
    ),
    431: (
        "Permintaan ini membawa terlalu banyak keterangan",
        "Hapus kuki untuk situs ini di peramban Anda, lalu coba lagi.",
        "Your browser sent too much along. Delete its cookies for this site and try again.",
    ),
    500: (
        "Ada yang tidak beres pada kami",
        "Tidak ada yang setengah tersimpan. Coba lagi sebentar lagi.",
        "Something went wrong on our side; nothing is half saved. Try again in a moment.",
    ),
}
OTHER = (
    "Permintaan ini tidak dapat dibaca",
    "Buka kembali halaman dari beranda. Bila terulang, coba peramban lain.",
    "This request could not be read. Start again from the home page, or try another browser.",
)
PAGE = (
    '<!doctype html>\n<html lang="id"><head><meta charset="utf-8"><title>{0} · Bestari</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
    '<body><main><h1>{0}</h1><p>{1}</p><p lang="en">{2}</p>'
    '<p><a href="/">Beranda Bestari</a></p></main></body></html>\n'
)


def answer(status: int, reason: str) -> bytes:
    body = PAGE.format(*WORDS.get(status, OTHER)).encode()
    head = (
        f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nCache-Control: no-store\r\n"
        "Content-Security-Policy: default-src 'none'\r\nX-Content-Type-Options: nosniff\r\n"
        f"Content-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def write_error(sock: socket.socket, status_int: int, reason: str, mesg: str) -> None:
    """Takes the place of gunicorn's own page. ``mesg`` tells of the library and of what was sent: it is left out."""
    util.write_nonblock(sock, answer(status_int, reason))


def on_starting(server) -> None:
    util.write_error = write_error
