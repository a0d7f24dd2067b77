"""The built documentation, as links, as bytes, and as people use it: in a browser, by keyboard, in both themes."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from html import unescape
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit
from urllib.request import urlopen

import click
import pytest

from sqlacc_codegen.cli import main
from sqlacc_codegen.exporters.docs.serve import server

from .conftest import KITCHEN_SINK, PROJECT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.slow

TITLE = '<img src=x onerror=alert(1)> "${x}" </title> {{ x }}'
LARGEST = 300_000  # bytes of a page with its styles and scripts; there are no pictures


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    def run(spec: Path) -> Path:
        out = tmp_path_factory.mktemp("site") / "site"
        command = [sys.executable, "-m", "sqlacc_codegen.cli", "docs", "build", "--spec", spec, "--out", out]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=250)
        assert done.returncode == 0, done.stderr
        return out

    return run


@pytest.fixture(scope="session")
def site(build: Callable[[Path], Path]) -> Path:
    return build(PROJECT / "spec")


@pytest.fixture(scope="session")
def hostile_spec(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kitchen sink with titles that would do something, were they taken for HTML."""
    spec = Path(shutil.copytree(KITCHEN_SINK, tmp_path_factory.mktemp("hostile") / "spec"))
    for path in (spec / "api.yaml", spec / "objects/class.yaml"):
        text = re.sub(r"^title: .*$", f"title: '{TITLE}'", path.read_text("utf-8"), flags=re.M)
        path.write_text(text, "utf-8")
    return spec


@pytest.fixture(scope="session")
def hostile_site(build: Callable[[Path], Path], hostile_spec: Path) -> Path:
    return build(hostile_spec)


@pytest.fixture(scope="session")
def url(site: Path) -> Iterator[str]:
    with server(site, 0) as listening:
        Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_address[1]}"
        listening.shutdown()


class _Read(HTMLParser):
    """The links, ids and parts of a page."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.parts: list[str] = []
        self.ids: set[str] = set()
        self.doubled: list[str] = []
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.doubled += [str(found["id"])] if found["id"] in self.ids else []
            self.ids.add(str(found["id"]))
        if tag == "a" and found.get("href"):
            self.links.append(str(found["href"]))
        if tag in ("script", "img") and found.get("src"):
            self.parts.append(str(found["src"]))
        if tag == "link" and found.get("rel") in ("stylesheet", "shortcut icon"):
            self.parts.append(str(found["href"]))


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[Path, _Read]:
    return {path: _Read(path) for path in sorted(site.rglob("*.html"))}


# --- as files ------------------------------------------------------------------------------------------------------


def test_no_link_is_dead(site: Path, pages: dict[Path, _Read]) -> None:
    dead = []
    for page, read in pages.items():
        for link in read.links:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            anchor = unquote(parts.fragment)
            found = target.is_file() and (not anchor or target.suffix != ".html" or anchor in pages[target].ids)
            if not found:
                dead.append(f"{page.relative_to(site)}: {link}")
    assert not dead
    for path in re.findall(r"\]\(([^)]*)\)", (site / "llms.txt").read_text()):
        assert (site / path).is_file(), path


def test_pages_are_all_linked_and_anchors_unique(site: Path, pages: dict[Path, _Read]) -> None:
    linked = {
        (page.parent / unquote(urlsplit(link).path)).resolve() for page, read in pages.items() for link in read.links
    }
    assert [path for path in pages if path not in linked and path.name != "search.html"] == []
    assert {page.name: read.doubled for page, read in pages.items() if read.doubled} == {}


def test_pages_ask_nothing_of_others_and_are_light(site: Path, pages: dict[Path, _Read]) -> None:
    heavy = {}
    for page, read in pages.items():
        files = [page]
        for part in read.parts:
            assert not urlsplit(part).netloc, (page, part)
            files.append(page.parent / urlsplit(part).path)
        weight = sum(path.stat().st_size for path in set(map(Path.resolve, files)))
        if weight > LARGEST:
            heavy[page.relative_to(site).as_posix()] = weight
    assert heavy == {}
    for style in site.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(https?:)?//|@import", style.read_text()), style


def test_what_programs_read_is_part_of_the_site(site: Path) -> None:
    for path in ("llms.txt", "openapi.yaml", "jsonschema/index.json", "payloads/index.json", ".nojekyll"):
        assert (site / path).is_file()


def test_serve_builds_the_same_bytes_and_shows_them(hostile_site: Path, hostile_spec: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    command = ["docs", "serve", "--port", "0", "--spec", str(hostile_spec), "--out", str(out)]
    with subprocess.Popen(
        [sys.executable, "-m", "sqlacc_codegen.cli", *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().decode().split()[0]
        with urlopen(f"{address}objects/class.html", timeout=30) as answer:
            assert answer.read() == (hostile_site / "objects/class.html").read_bytes()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    one, other = (
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        for root in (hostile_site, out)
    )
    assert {path for path in one.keys() | other.keys() if one.get(path) != other.get(path)} == set()


def test_a_port_that_is_taken_is_told(tmp_path: Path, hostile_site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from sqlacc_codegen.commands import docs

    monkeypatch.setattr(docs, "_build", lambda *_: (hostile_site, False))
    with server(tmp_path, 0) as listening:
        port = listening.server_address[1]
        result = CliRunner().invoke(docs.docs, ["serve", "--port", str(port)])
    assert result.exit_code == 1
    assert result.output == f"Error: port {port} cannot be used: Address already in use; --port 0 takes a free one\n"


def test_without_the_extra_the_command_names_it(tmp_path: Path) -> None:
    (tmp_path / "sphinx.py").write_text("")
    code = "import sys; sys.modules['furo'] = None\nfrom sqlacc_codegen.cli import main; main(['docs', 'build'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "Error: the documentation needs furo; run: pip install 'sqlacc[docs]'\n"
    assert not (tmp_path / ".cache").exists()


def test_a_folder_of_somebody_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    command = [sys.executable, "-m", "sqlacc_codegen.cli", "docs", "build", "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "did not generate" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


# --- in a browser --------------------------------------------------------------------------------------------------


def test_from_the_first_page_to_a_payload(url: str, browser_page: Page, site: Path) -> None:
    browser_page.goto(url)
    browser_page.get_by_role("link", name="Copy a payload").click()
    browser_page.get_by_role("article").or_(browser_page.locator("article")).get_by_role(
        "link", name="Sales Invoice", exact=True
    ).first.click()
    assert browser_page.locator("h1").inner_text().startswith("Sales Invoice")
    with browser_page.expect_download() as download:
        browser_page.get_by_role("link", name="Download minimum.json").click()
    assert Path(download.value.path()).read_bytes() == (site / "payloads/sales_invoice/minimum.json").read_bytes()


@pytest.mark.parametrize(
    ("words", "page"), [("eivrequest_uuid", "Sales Invoice"), ("--where", "Commands"), ("--only", "Commands")]
)
def test_search_finds(words: str, page: str, url: str, browser_page: Page) -> None:
    browser_page.goto(url)
    browser_page.get_by_role("textbox", name="Search").fill(words)
    browser_page.keyboard.press("Enter")
    browser_page.locator("#search-results").get_by_role("link", name=page, exact=True).first.wait_for()


def test_search_works_from_the_disk(site: Path, browser_page: Page) -> None:
    browser_page.goto(site.as_uri() + "/index.html")
    browser_page.get_by_role("textbox", name="Search").fill("knock-off")
    browser_page.keyboard.press("Enter")
    browser_page.locator("#search-results li > a").first.click()
    assert "Knock-Off" in browser_page.locator("h1").inner_text()


def test_tabs_keep_to_one_language(url: str, browser_page: Page) -> None:
    browser_page.goto(f"{url}/objects/customer.html")
    shown = browser_page.locator(".tab.on")
    first = {tab.get_attribute("data-tab") for tab in shown.all()}
    assert first == {"curl"}
    browser_page.locator(".tab-list").first.get_by_role("tab", name="PHP").click()
    assert {tab.get_attribute("data-tab") for tab in shown.all()} == {"php"}
    browser_page.keyboard.press("ArrowRight")
    chosen = browser_page.locator(".tab-list").first.get_by_role("tab", selected=True)
    assert chosen.inner_text() == "Python"
    assert chosen.evaluate("tab => tab === document.activeElement")
    browser_page.goto(f"{url}/recipes/orders_to_invoices.html")
    assert {tab.get_attribute("data-tab") for tab in shown.all()} == {"python"}
    panel = browser_page.get_by_role("tabpanel", name="Python")
    assert "import" in panel.inner_text()


def test_copy_takes_the_whole_block(url: str, browser_page: Page, site: Path) -> None:
    browser_page.goto(f"{url}/objects/customer.html")
    block = browser_page.locator("#payload-minimum .highlight").first
    block.hover()
    block.get_by_role("button", name="Copy").click()
    block.get_by_role("button", name="Copied").wait_for()
    copied = browser_page.evaluate("navigator.clipboard.readText()")
    assert copied == (site / "payloads/customer/minimum.json").read_text()


def test_fields_are_filtered_and_sorted(url: str, browser_page: Page) -> None:
    browser_page.goto(f"{url}/objects/sales_invoice.html")
    rows = browser_page.locator("table.fields tbody tr:visible")
    count = browser_page.locator(".field-tools output")
    everything = rows.count()
    assert count.inner_text() == f"{everything} fields"
    browser_page.get_by_label("Find fields").fill("docref reference")
    names = [name.lower() for name in rows.locator("th").all_inner_texts()]
    assert names == ["docref1", "docref2", "docref3", "docref4"]
    assert count.inner_text() == f"4 of {everything} fields"
    browser_page.get_by_label("Find fields").fill("")
    browser_page.get_by_label("On create").select_option("required")
    assert "docdate" in rows.locator("th").all_inner_texts()
    assert rows.count() < 20
    browser_page.get_by_label("On create").select_option("any")
    head = browser_page.locator("table.fields").first.locator("thead th").first
    first = browser_page.locator("table.fields").first.locator("tbody th")
    before = first.all_inner_texts()
    head.get_by_role("button").press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    ascending = first.all_inner_texts()
    head.get_by_role("button").press("Enter")
    assert first.all_inner_texts() == ascending[::-1]
    head.get_by_role("button").press("Enter")
    assert first.all_inner_texts() == before
    assert sorted(ascending) == sorted(before) != before
    assert ascending[0] == "address1"


def test_themes(url: str, browser_page: Page) -> None:
    browser_page.goto(f"{url}/guide/signing.html")
    colour = "getComputedStyle(document.body).backgroundColor"
    browser_page.emulate_media(color_scheme="light")
    light = browser_page.evaluate(colour)
    browser_page.emulate_media(color_scheme="dark")
    assert browser_page.evaluate(colour) != light
    toggle = browser_page.get_by_role("button", name="Toggle Light / Dark / Auto color theme").last
    toggle.click()
    browser_page.reload()
    assert browser_page.evaluate("document.body.dataset.theme") == "light"
    assert browser_page.evaluate(colour) == light


def test_on_a_phone_nothing_runs_out_of_the_page(url: str, browser_page: Page) -> None:
    browser_page.set_viewport_size({"width": 390, "height": 844})
    for path in ("index", "start", "objects/sales_invoice", "objects/index", "recipes/postings_to_ledger", "guide/tax"):
        browser_page.goto(f"{url}/{path}.html")
        assert browser_page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    browser_page.goto(f"{url}/objects/customer.html")
    browser_page.locator("label.nav-overlay-icon").click()
    browser_page.locator(".sidebar-drawer").get_by_role("link", name="Signing").click()
    assert browser_page.locator("h1").inner_text().startswith("Signing")


AXE = Path(str(find_spec("axe_playwright_python").submodule_search_locations[0]), "axe.min.js")  # type: ignore[union-attr,index]


@pytest.mark.parametrize(
    ("scheme", "width", "paths"),
    [("light", 1280, "index objects/agent recipes/crm_customers search"), ("dark", 390, "objects/agent guide/signing")],
)
def test_axe_finds_nothing(url: str, browser_page: Page, scheme: Any, width: int, paths: str) -> None:
    browser_page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    browser_page.set_viewport_size({"width": width, "height": 900})
    axe = AXE.read_text("utf-8")
    found = []
    for path in paths.split():
        browser_page.goto(f"{url}/{path}.html")
        browser_page.evaluate(axe)
        result = browser_page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        found += [(path, fault["id"], fault["nodes"][0]["html"]) for fault in result["violations"]]
    assert found == []


def test_without_scripts_everything_is_there(url: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{url}/objects/agent.html")
    tabs = page.locator(".tab")
    assert tabs.count() > 6
    assert tabs.locator(":visible").count() > 0
    assert all(tab.is_visible() for tab in tabs.all())
    assert page.locator("table.fields tbody tr").first.is_visible()
    context.close()


def test_hostile_texts_run_nothing(hostile_site: Path, browser_context: BrowserContext) -> None:
    page = browser_context.new_page()
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    for path in sorted(hostile_site.rglob("*.html")):
        page.goto(path.as_uri())
        scripts = page.locator("script:not([src])").all_inner_texts()
        assert all("localStorage" in script for script in scripts), path
        assert page.locator("img, [onerror]").count() == 0, path
    page.goto(f"{hostile_site.as_uri()}/objects/class.html")
    assert page.title().endswith(TITLE)
    assert page.locator("h1").inner_text().startswith(TITLE)
    assert "{{ x }} {% raw %}" in page.locator("article").inner_text()
    meaning = page.locator("#field-moment td").nth(3).inner_text()
    assert meaning.startswith("</summary><script>")
    page.goto(f"{hostile_site.as_uri()}/search.html?q=onerror")
    page.locator("#search-results li > a").get_by_text(TITLE).first.wait_for()
    assert page.locator("img, [onerror]").count() == 0


def test_every_command_and_option_has_its_place(site: Path) -> None:
    page = unescape((site / "commands.html").read_text())
    assert len(page) < LARGEST
    told = re.sub(r"<[^>]*>", "", page)
    for path, command in every_command(main, "sqlacc"):
        assert f'id="{path.replace(" ", "-")}"' in page
        wanted = [name for param in command.params if isinstance(param, click.Option) for name in param.opts]
        assert [name for name in wanted if name not in told] == [], path
    assert 'href="commands.html"' in (site / "index.html").read_text()


def every_command(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from every_command(command, f"{path} {name}")
