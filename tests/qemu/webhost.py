# SPDX-License-Identifier: BSD-2-Clause
"""The host's side of a TCP connection: correct and wrong pages for a case."""

import array
import functools
import http.client
import http.server
import random
import socket
import struct
import sys
import threading

PIECE = 1 << 16
SECONDS = 600  # without a byte; a last limit
TEXT = b"hello from the host\n"


@functools.lru_cache(maxsize=None)
def noise(count):
    return random.Random(count).randbytes(count)


def counted(count):
    """What the firmware serves as /bytes/N: 32-bit numbers from 0 on, the low byte first."""
    for first in range(0, count, 4 * PIECE):
        words = array.array("I", range(first // 4, (min(first + 4 * PIECE, count) + 3) // 4))
        if sys.byteorder == "big":
            words.byteswap()
        yield words.tobytes()[:count - first]


class Handler(http.server.BaseHTTPRequestHandler):
    timeout = SECONDS

    def head(self, status, length=None, **headers):
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def do_GET(self):
        words = self.path.strip("/").split("/")
        getattr(self, "get_" + words[0], self.get_nothing)(*words[1:])

    def get_nothing(self, *_):
        self.head(404, 0)

    def get_text(self):
        self.head(200, len(TEXT))
        self.wfile.write(TEXT)

    def get_noise(self, count, times="1"):
        """Some noise, several times over."""
        data = noise(int(count))
        self.head(200, len(data) * int(times))
        for _ in range(int(times)):
            self.wfile.write(data)

    def get_endless(self, count):
        """A page whose length is given by the end of the connection."""
        self.head(200)
        self.wfile.write(noise(int(count)))

    def get_short(self):
        """A page with fewer bytes than its header says."""
        self.head(200, 100000)
        self.wfile.write(noise(50000))

    def get_reset(self):
        """Gone in the middle."""
        self.get_short()
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def get_halves(self, count):
        """Send half a page, and the rest when the case says so."""
        data = noise(int(count))
        self.head(200, len(data))
        self.wfile.write(data[:len(data) // 2])
        self.wfile.flush()
        self.server.half.set()
        self.server.go_on.wait(SECONDS)
        self.wfile.write(data[len(data) // 2:])

    def get_moved(self):
        self.head(301, 0, Location="http://elsewhere.test/")

    def get_hop(self, count):
        """Redirect several times, by references of several kinds."""
        count = int(count)
        port = self.server.server_address[1]
        where = (f"//10.0.2.2:{port}/text", f"../hop/{count - 1}", f"/hop/{count - 1}#x",
                 f"http://10.0.2.2:{port}/hop/{count - 1}")
        self.head(307, 0, Location=where[0] if count == 0 else where[1 + count % 3])

    def get_host(self, *_):
        """Answer with the client's Host and the target."""
        said = f"{self.headers['Host']} {self.path}\n".encode()
        self.head(200, len(said))
        self.wfile.write(said)

    def get_chunks(self):
        self.protocol_version = "HTTP/1.1"
        self.head(200, **{"Transfer-Encoding": "chunked"})
        self.wfile.write(b"5\r\nhello\r\n7;x=y\r\n there\n\r\n0\r\n\r\n")

    def get_garbage(self):
        self.wfile.write(b"\xff\xfe no HTTP at all\r\n\r\n")

    def get_escape(self):
        """Text with control sequences for a terminal, which must not be printed."""
        self.head(200, 8)
        self.wfile.write(b"\x1b[2Jgone")

    def finish(self):
        try:
            super().finish()
        except OSError:
            pass

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


class Host:
    """with Host() as h: the guest reaches it at 10.0.2.2, port h.port; or at `address`."""

    def __init__(self, address=None):
        self.address = address

    def __enter__(self):
        self.server = Server((self.address or "127.0.0.1", 0), Handler)
        self.server.half, self.server.go_on = threading.Event(), threading.Event()
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.go_on.set()
        self.server.shutdown()
        self.server.server_close()

    def url(self, path):
        return f"http://{self.address or '10.0.2.2'}:{self.port}/{path}"


class Work(threading.Thread):
    """Runs a function in a thread meanwhile, and keeps its result or its exception."""

    def __init__(self, function, *args):
        super().__init__(daemon=True)
        self.call, self.result, self.error = functools.partial(function, *args), None, None
        self.start()

    def run(self):
        try:
            self.result = self.call()
        except Exception as e:  # pylint: disable=broad-except
            self.error = e


def fetch(port, path, seconds=SECONDS):
    """Status and body of a page of the guest's."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def fetch_kept(port, paths, seconds=SECONDS):
    """Pages of the guest's over one connection: the status and the length of each; fewer if it closed."""
    connection, got = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds), []
    connection.connect()
    socket_then = connection.sock
    for path in paths:
        connection.request("GET", path)
        answer = connection.getresponse()
        got.append((answer.status, len(answer.read())))
        if connection.sock is not socket_then:
            break
    connection.close()
    return got


def fetch_counted(port, count, seconds=SECONDS, address="127.0.0.1"):
    """Fetch /bytes/N from the guest. Returns the number of correct bytes."""
    connection = http.client.HTTPConnection(address, port, timeout=seconds)
    connection.request("GET", f"/bytes/{count}")
    answer, right = connection.getresponse(), 0
    for want in counted(count):
        got = answer.read(len(want))
        if got != want:
            break
        right += len(got)
    extra = answer.read(1)
    connection.close()
    return right if not extra else -1
