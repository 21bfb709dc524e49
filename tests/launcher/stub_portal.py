"""A portal of stubs under the real supervisor; started by test_supervisor.py as a process of its own."""

import sys
from pathlib import Path

from fupin import embedded, supervisor

WEB = """
def application(environ, start_response):
    import os
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getppid()).encode()]
"""


def main(var: Path, *, with_database: bool) -> None:
    """Run gunicorn on a stub, a worker that notes its number, and one that dies at once."""
    if with_database:
        embedded.ensure_running(var)
    place = supervisor.claim(var)
    if place is None:
        sys.exit("taken")
    (var / "stub_web.py").write_text(WEB)
    door = supervisor.listen()
    web = [sys.executable, "-m", "gunicorn", "--chdir", str(var), "stub_web:application"]
    web += ["--bind", f"fd://{door.fileno()}", "--log-level", "warning", "--workers", "1"]
    sleeper = ["sh", "-c", f"echo $$ >> {str(var / 'worker')!r}; exec sleep 600"]
    failing = ["sh", "-c", f"echo $$ >> {str(var / 'failing')!r}; exit 3"]
    supervisor.supervise(
        var,
        [
            supervisor.Child("web", web, inherited=(door.fileno(),)),
            supervisor.Child("worker", sleeper),
            supervisor.Child("failing", failing),
        ],
        with_database=with_database,
        ready=lambda: supervisor.say(f"port {door.getsockname()[1]}"),
    )
    supervisor.say("ended")


if __name__ == "__main__":
    main(Path(sys.argv[1]), with_database=sys.argv[2] == "database")
