"""Every page a person can reach by links answers, fits a phone and passes axe."""

import json
import re
from html import unescape
from urllib.parse import urljoin, urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve
from playwright.sync_api import Error

PHONE, DESK = 390, 1440
SERIOUS = {"serious", "critical"}
# Django's own pages: they must answer, but their markup is not ours.
FOREIGN = ("/admin/",)


def route(path):
    match = resolve(path)
    return match.view_name or match.route


def own_links(markup, base):
    """The addresses on the page, those of our own host, without their query."""
    links = re.findall(r'<a\b[^>]*?\shref="([^"]+)"', markup)
    parts = [urlsplit(urljoin(base, unescape(link))) for link in links]
    host = urlsplit(base).netloc
    return [p.path for p in parts if p.netloc == host and p.path != "/static/"]


def visit(page, path):
    """The answer, and whether it is a page; one that is not (a download) cannot be gone to."""
    try:
        answer = page.goto(path)
    except Error:
        answer = page.request.get(path)
    is_page = answer.headers.get("content-type", "").startswith("text/html")
    if is_page and answer.ok:
        page.wait_for_function("!document.querySelector('.htmx-request')")
    return answer, is_page


def fits(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    too_wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return [f"{width}px wider than the screen"] if too_wide else []


def violations(page, width):
    """What axe finds serious, with the script that is in the page since the first width.

    Contrast is the slowest rule, and colours are the same at every width.
    """
    script = "" if page.evaluate("'axe' in window") else Axe().axe_script
    rules = {"color-contrast": {"enabled": width == DESK}}
    wanted = json.dumps({"resultTypes": ["violations"], "rules": rules})
    found = page.evaluate(f"{script};axe.run({wanted})")["violations"]
    return [
        f"{width}px axe {v['id']}: {[node['target'] for node in v['nodes']][:3]}"
        for v in found
        if v["impact"] in SERIOUS
    ]


def crawl(page, start, judged):
    """What is wrong, by address, on one page of each route in reach.

    The browser opens each route once; for the people after the first it must answer.
    """
    problems: dict[str, list[str]] = {}
    console: list[str] = []
    page.on("console", lambda m: console.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: console.append(str(error)))
    queue, seen = [*start], set()
    while queue:
        path = queue.pop(0)
        if (name := route(path)) in seen:
            continue
        seen.add(name)
        is_new = name not in judged and not path.startswith(FOREIGN)
        answer, is_page = visit(page, path) if is_new else (page.request.get(path), True)
        found = [] if answer.ok else [f"answers {answer.status}"]
        if answer.ok and is_page and is_new:
            judged.add(name)
            for width in (DESK, PHONE):
                found += fits(page, width) + violations(page, width)
        if answer.ok and is_page and not path.startswith(FOREIGN):
            queue += own_links(answer.text(), answer.url)
        found += console
        console.clear()
        if found:
            problems[path] = found
    assert len(seen) > 1
    return problems


def test_every_page_in_reach(open_as, people, account):
    judged: set[str] = set()
    for who in ("wang", "li", "chen", "he"):
        start = ["/"] if who == "he" else ["/", account.get_absolute_url()]
        problems = crawl(open_as(getattr(people, who)), start, judged)
        assert not problems, who
