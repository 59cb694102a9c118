"""``python -m tests.browser.screenshots``: every kind of console page as an office PC shows it, into screenshots/.

A database and a server of its own, with the demo data; Japanese and English, light, and some pages dark.
"""

import atexit
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser import steps
from tests.browser.login import ARGUMENTS, chromium_or_leave, log_in

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "screenshots"
VIEW: Any = {"width": 1366, "height": 768}
TALLEST = 3000
DARK = {"home", "customer", "contract", "list contract", "contract, terminate, preview"}
"""The pages that are taken dark, too."""


def main(*wanted: str) -> int:
    """Take all pictures, or those of the pages whose names contain one of these words."""
    program, folder, port = chromium_or_leave(), tempfile.mkdtemp(prefix="screenshots-"), free_port()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ.update(DEBUG="1", PGDATA_DIR=folder, DJANGO_SETTINGS_MODULE="iijiot.settings", PORT=str(port))
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from django.core.management import call_command

    from iijiot import worlds
    from tests.browser import pages

    call_command("migrate", verbosity=0)
    call_command("demo")
    shown = [page for page in pages.everything() if not wanted or any(word in page.name for word in wanted)]
    for name in pages.missing():
        print(f"No picture, because this software has no such page: {name}")
    FOLDER.mkdir(exist_ok=True)
    with server(port), sync_playwright() as playwright:
        # Date fields speak the language of the browser itself, not of the page.
        browser = playwright.chromium.launch(
            executable_path=program, args=[*ARGUMENTS, "--lang=ja"], env={**os.environ, "LANGUAGE": "ja"}
        )
        for language in ("ja", "en"):
            for scheme in ("light", "dark"):
                with somebody(browser, port, language, scheme, worlds.PASSWORD) as context:
                    for page in shown:
                        if scheme == "light" or page.name in DARK:
                            take(context, page, FOLDER / f"{file_name(page.name)}.{language}.{scheme}.png")
        browser.close()
    print(f"{len(list(FOLDER.glob('*.png')))} pictures of {len(shown)} pages in {FOLDER}")
    return 0


def file_name(name: str) -> str:
    """A page's name as a file is called."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def server(port: int) -> Iterator[None]:
    """The site, until the pictures are taken."""
    command = [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port, running)
        yield
    finally:
        running.terminate()
        running.wait(10)


def wait_for(port: int, running: "subprocess.Popen[bytes]") -> None:
    """Until the server answers. Raises SystemExit when the server has stopped, or takes a minute."""
    for _n in range(120):
        if running.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit(f"Nothing answers on port {port}: start manage.py runserver by hand to see why.")


@contextmanager
def somebody(browser: Browser, port: int, language: str, scheme: Any, password: str) -> Iterator[BrowserContext]:
    """An approver at work, who may see and do most; the operator's pages are taken by the operator."""
    site = f"http://127.0.0.1:{port}"
    context = browser.new_context(
        base_url=site, viewport=VIEW, color_scheme=scheme, locale="ja-JP", timezone_id="Asia/Tokyo"
    )
    context.set_default_timeout(30_000)
    context.add_cookies([{"name": "django_language", "value": language, "url": site}])
    log_in(context.new_page(), "approver", password)
    yield context
    context.close()


def take(context: BrowserContext, page: Any, path: Path) -> None:
    """One picture of the whole page, as long as it is; a preview is asked for by its button."""
    shown = context.pages[0]
    shown.goto(page.address)
    if page.sent:
        typed = {name: value for name, value in page.sent.items() if value and name != "step"}
        steps.type_in(shown, **typed)
        shown.locator("form.console-form [type=submit][value=preview]").click()
        shown.wait_for_load_state("load")
    shown.wait_for_timeout(250)  # the theme fades in
    # A window as tall as the page: what sticks to the window's foot would else lie across the middle.
    tall = shown.evaluate(
        "Math.max(document.documentElement.scrollHeight, document.querySelector('#main')?.scrollHeight || 0)"
    )
    shown.set_viewport_size({"width": VIEW["width"], "height": min(max(tall, VIEW["height"]), TALLEST)})
    shown.screenshot(path=path)
    shown.set_viewport_size(VIEW)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
