"""Every page a person can reach by links answers, fits a phone and passes axe."""

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve

PHONE, DESK = 390, 1440
SERIOUS = {"serious", "critical"}
# Django's own pages: they must answer, but their markup is not ours.
FOREIGN = ("/admin/",)


def route(path):
    match = resolve(path)
    return match.view_name or match.route


def is_page(answer):
    return answer.headers["content-type"].startswith("text/html")


def own_links(page, host):
    """The addresses on the page, those of our own host, without their query."""
    links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    parts = [urlsplit(link) for link in links]
    return [p.path for p in parts if f"{p.scheme}://{p.netloc}" == host and p.path != "/static/"]


def findings(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    found = [
        f"{width}px axe {v['id']}: {[node['target'] for node in v['nodes']][:3]}"
        for v in Axe().run(page).response["violations"]
        if v["impact"] in SERIOUS
    ]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append(f"{width}px wider than the screen")
    return found


@pytest.mark.parametrize("who", ["wang", "li", "chen", "he"])
def test_every_page_in_reach(open_as, live_server, people, account, who):
    page = open_as(getattr(people, who))
    problems: dict[str, list[str]] = {}
    console: list[str] = []
    page.on("console", lambda m: console.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: console.append(str(error)))
    queue, seen = ["/", account.get_absolute_url()] if who != "he" else ["/"], set()
    while queue:
        path = queue.pop(0)
        if route(path) in seen:
            continue
        seen.add(route(path))
        found = []
        answer = page.request.get(path)
        if answer.status >= 400:
            found.append(f"answers {answer.status}")
        elif is_page(answer) and not path.startswith(FOREIGN):
            page.goto(path, wait_until="networkidle")
            found += findings(page, DESK) + findings(page, PHONE)
            queue += own_links(page, live_server.url)
        found += console
        console.clear()
        if found:
            problems[path] = found
    assert not problems
    assert len(seen) > 1
