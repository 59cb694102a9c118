"""``python -m tests.browser.screenshots``: every kind of page, into screenshots/: the console as an office PC shows it, the
portal as a PC and a telephone do.

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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser import steps
from tests.browser.login import ARGUMENTS, chromium_or_leave, log_in, log_in_at_portal

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "screenshots"
VIEW: Any = {"width": 1366, "height": 768}
PORTAL_VIEWS: dict[str, Any] = {"": {"width": 1366, "height": 768}, ".phone": {"width": 360, "height": 740}}
TALLEST = 3000
DARK = {
    "home",
    "portal home",
    "portal line",
    "portal invoice",
    "portal terminate, plan",
    "customer",
    "contract",
    "list contract",
    "contract, terminate, preview",
}
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

    from tests.browser import pages, portal_pages

    call_command("migrate", verbosity=0)
    call_command("demo")
    shown = chosen(pages.everything(), wanted)
    reader = portal_pages.reader()
    login_id, of_portal = reader.login_id, chosen(portal_pages.everything(reader.customer), wanted)
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
                look = Look(browser, port, language, scheme)
                if shown:
                    take_console(look, [page for page in shown if scheme == "light" or page.name in DARK])
                if of_portal:
                    take_portal(look, login_id, [p for p in of_portal if scheme == "light" or p.name in DARK])
        browser.close()
    print(f"{len(list(FOLDER.glob('*.png')))} pictures of {len(shown) + len(of_portal)} pages in {FOLDER}")
    return 0


def chosen(found: list[Any], wanted: tuple[str, ...]) -> list[Any]:
    """The pages whose names contain one of these words; all without any."""
    return [page for page in found if not wanted or any(word in page.name for word in wanted)]


@dataclass(frozen=True)
class Look:
    """Who looks, and how: a browser, in a language, light or dark."""

    browser: Browser
    port: int
    language: str
    scheme: Any

    def context(self, view: Any) -> BrowserContext:
        """A window of this size."""
        site = f"http://127.0.0.1:{self.port}"
        context = self.browser.new_context(
            base_url=site, viewport=view, color_scheme=self.scheme, locale="ja-JP", timezone_id="Asia/Tokyo"
        )
        context.set_default_timeout(30_000)
        context.add_cookies([{"name": "django_language", "value": self.language, "url": site}])
        return context

    def path(self, name: str, width: str = "") -> Path:
        """Where a picture goes."""
        return FOLDER / f"{file_name(name)}{width}.{self.language}.{self.scheme}.png"


def take_console(look: Look, shown: list[Any]) -> None:
    """The console, as an approver sees it, who may see and do most; the operator's pages are taken by the operator."""
    context = look.context(VIEW)
    log_in(context.new_page(), "approver", worlds_password())
    for page in shown:
        take(context, page, look.path(page.name), VIEW)
    context.close()


def take_portal(look: Look, login_id: str, shown: list[Any]) -> None:
    """The portal, as a manager sees it, in both widths."""
    for width, view in PORTAL_VIEWS.items():
        context = look.context(view)
        log_in_at_portal(context.new_page(), login_id, worlds_password())
        for page in shown:
            take(context, page, look.path(page.name, width), view)
        context.close()


def worlds_password() -> str:
    """The password of all invented people."""
    from iijiot import worlds

    return worlds.PASSWORD


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


def take(context: BrowserContext, page: Any, path: Path, view: Any) -> None:
    """One picture of the whole page, as long as it is; a preview is asked for by its button."""
    shown = context.pages[0]
    shown.goto(page.address)
    if page.sent:
        typed = {name: value for name, value in page.sent.items() if value and name != "step"}
        steps.type_in(shown, **typed)
        shown.locator("form [type=submit][value=preview]").click()
        shown.wait_for_load_state("load")
    shown.wait_for_timeout(250)  # the theme fades in
    # A window as tall as the page: what sticks to the window's foot would else lie across the middle.
    tall = shown.evaluate(
        "Math.max(document.documentElement.scrollHeight, document.querySelector('#main')?.scrollHeight || 0)"
    )
    shown.set_viewport_size({"width": view["width"], "height": min(max(tall, view["height"]), TALLEST)})
    shown.screenshot(path=path)
    shown.set_viewport_size(view)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
