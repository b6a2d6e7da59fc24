"""Events of a bot in a process of its own, which is killed while somebody has one in their hands."""

import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from threading import Thread

import pytest

from bot.adapters.web.signature import secret_of, verify
from bot.domain.brief.hook import Signed
from bot.settings import SAMPLE
from bot.wiring import Wall
from tests.commands.line import Line, environment
from tests.commands.test_serve import PATIENCE, Served
from tests.subscriber import SECRET


class Hands:
    """Takes events in a thread; before it answers, somebody may do something."""

    def __init__(self) -> None:
        self.ids = Queue[str]()
        self.first: Callable[[], object] | None = None
        hands = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                secrets = [secret_of(SECRET, Signed.STANDARD)]
                hands.ids.put(verify(Signed.STANDARD, headers, body, secrets=secrets, now=Wall().now()))
                if (first := hands.first) is not None:
                    hands.first = None
                    first()
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                del format, args

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.mark.certify
def test_a_bot_that_is_killed_before_it_has_kept_the_answer_sends_the_same_event_again(line: Line) -> None:
    hands = Hands()
    settings = line.data.parent / "events.toml"
    url = f"http://127.0.0.1:{hands.server.server_port}/"
    said = f'[events.warehouse]\nurl = "{url}"\nprivate = true\nof = ["run.started", "gate.opened"]\n'
    settings.write_text(f"{SAMPLE.read_text('utf-8')}\n{said}", "utf-8")
    env = environment(line.data, COUNTERSIGN_EVENTS_WAREHOUSE_SECRET=SECRET, COUNTERSIGN_FILE=str(settings))

    @contextmanager
    def serve() -> Generator[Served]:
        command = [sys.executable, "-m", "bot", "serve"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=env, cwd=line.data.parent, text=True) as bot:
            try:
                yield Served(bot)
            finally:
                bot.kill()

    with serve() as bot:
        bot.until("serve.ready")
        hands.first = bot.process.kill
        run = line.start()
        before = hands.ids.get(timeout=PATIENCE)
        bot.process.wait(timeout=PATIENCE)
    with serve() as bot:
        again, after = (hands.ids.get(timeout=PATIENCE) for _ in range(2))
        assert bot.stop() == 0
    hands.server.shutdown()
    hands.server.server_close()
    assert before == again != after
    assert [one.partition("/")[0] for one in (before, after)] == [f"run:{run}"] * 2
