"""Everything that a mouse can do on a page, the keyboard can do too, in the order one reads."""

import pytest

from accounts.models import Account

DESK, PHONE = 1440, 390
MOST_STOPS = 400
PARTS_OF_A_DATE = 8  # day, month, …: each a stop within one field
# Where the focus is: what it is, whether it can be seen, and whether the page shows that it is
# there. The ring of a look-up stands on its frame, that of an invisible toggle on its button.
FOCUS = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const all = window.__stops ??= [];
  const place = all.includes(here) ? all.indexOf(here) : all.push(here) - 1;
  const box = here.getBoundingClientRect();
  const lookup = here.closest(".ts-wrapper")?.querySelector(".ts-control");
  const isToggle = getComputedStyle(here).opacity === "0";
  const buttons = isToggle ? document.querySelectorAll(`label[for="${here.id}"]`) : [];
  const family = [here, lookup, ...buttons].filter(Boolean);
  const ringed = family.some((node) => {
    const style = getComputedStyle(node);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
      || style.boxShadow !== "none";
  });
  const top = document.elementFromPoint(
    Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1),
    Math.min(Math.max(box.top + box.height / 2, 1), innerHeight - 1));
  return {
    covered: !family.some((node) => top && (node.contains(top) || top.contains(node))),
    place, ringed, name: here.outerHTML.slice(0, 140), positive: here.tabIndex > 0,
    seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""
# Links, buttons and fields that are shown and not reached yet.
UNREACHED = """() => {
  const stops = window.__stops ?? [];
  const wanted = "a[href], button:not(:disabled), input:not([type=hidden]):not(:disabled),"
    + " select:not(:disabled), textarea:not(:disabled), summary";
  return [...document.querySelectorAll(wanted)].filter((node) => {
    const isShown = node.checkVisibility({visibilityProperty: true});
    if (stops.includes(node) || node.tabIndex < 0 || !isShown) return false;
    if (node.type === "radio" && stops.some((other) => other.name === node.name)) return false;
    return node.getClientRects().length > 0;
  }).map((node) => node.outerHTML.slice(0, 140));
}"""


def walk(page):
    """Tab from the top of the page to its end; what is wrong on the way."""
    wrong, last, stays = [], -1, 0
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None or stop["place"] < last:  # the browser's own frame, or round again
            return wrong + [f"not reached: {name}" for name in page.evaluate(UNREACHED)]
        stays = stays + 1 if stop["place"] == last else 0
        if stays > PARTS_OF_A_DATE:
            return [*wrong, f"trapped in {stop['name']}"]
        last = stop["place"]
        if stop["positive"]:
            wrong.append(f"jumps the order: {stop['name']}")
        if not stop["seen"] or stop["covered"]:
            wrong.append(f"{'covered' if stop['seen'] else 'out of sight'}: {stop['name']}")
        if not stop["ringed"]:
            wrong.append(f"no ring: {stop['name']}")
    return [*wrong, f"still walking after {MOST_STOPS} stops"]


ADDRESSES = (
    "/",
    "/accounts/",
    "/accounts/new/",
    "{account}",
    "{account}tier/",
    "{account}edit/",
    "/accounts/policies/",
    "/accounts/import/",
    "/staff/",
    "/rules/",
)


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_tab_reaches_everything_and_shows_where_it_is(open_as, people, account, width):
    page, wrong = open_as(people.li, width=width, reduced_motion="reduce"), {}
    for address in ADDRESSES:
        answer = page.goto(address.format(account=account.get_absolute_url()))
        assert answer.status == 200, address
        page.wait_for_load_state("networkidle")
        page.evaluate("document.activeElement.blur()")
        if found := walk(page):
            wrong[address] = found
    assert not wrong


def test_the_skip_link_comes_first_and_leads_to_the_content(open_as, people):
    page = open_as(people.li)
    page.goto("/accounts/")
    page.keyboard.press("Tab")
    link = page.locator(".skip-link")
    assert link.evaluate("node => node === document.activeElement")
    assert link.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_menu_opens_closes_and_gives_the_focus_back(open_as, people, account):
    page = open_as(people.li)
    page.goto(account.get_absolute_url())
    for menu in ("details.app-user", "main details.menu"):
        summary = page.locator(f"{menu} > summary").first
        summary.focus()
        page.keyboard.press("Enter")
        opened = page.locator(menu).first
        assert opened.evaluate("menu => menu.open")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('details') !== null")
        page.keyboard.press("Escape")
        assert not opened.evaluate("menu => menu.open")
        assert summary.evaluate("node => node === document.activeElement")


def test_a_menu_left_by_tab_does_not_stay_in_the_way(open_as, people):
    page = open_as(people.li)
    page.goto("/accounts/")
    menu = page.locator("details.app-user")
    menu.locator("summary").focus()
    page.keyboard.press("Space")
    items = menu.locator("a, button").count()
    for _item in range(items + 1):
        page.keyboard.press("Tab")
    assert not menu.evaluate("menu => menu.contains(document.activeElement)")
    assert not menu.evaluate("menu => menu.open")


def test_the_menu_of_a_phone(open_as, people):
    page = open_as(people.li, width=PHONE)
    page.goto("/")
    toggle = page.locator("#app-menu-toggle")
    toggle.focus()
    page.keyboard.press("Space")
    page.locator(".app-side a").first.wait_for(state="visible")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.app-side') !== null")
    page.keyboard.press("Escape")
    assert not toggle.is_checked()
    assert toggle.evaluate("node => node === document.activeElement")
    page.locator(".app-side a").first.wait_for(state="hidden")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.app-side') === null")


def test_a_customer_is_found_and_opened_without_a_mouse(open_as, people, account):
    page = open_as(people.li)
    page.goto("/")
    page.keyboard.press("/")
    with page.expect_response("**/accounts/search/**"):
        page.keyboard.type("changjiang", delay=20)
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("Escape")
    assert page.locator("#app-search-hits").is_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowDown")
    assert page.locator("[role=option]").first.get_attribute("aria-selected") == "true"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{account.get_absolute_url()}")


def test_a_refused_form_sets_the_focus_on_what_is_wrong(open_as, people, account):
    Account.objects.filter(pk=account.pk).update(code="K-1")
    page = open_as(people.li, locale="zh-CN")
    page.goto("/accounts/new/")
    page.locator("main [name=name]").fill("某客户")
    page.locator("main [name=owner]").select_option(str(people.chen.pk))
    page.locator("main [name=code]").fill("K-1")
    page.locator("main [name=code]").press("Enter")
    page.locator("main [data-focus]").wait_for()
    assert page.evaluate("document.activeElement.matches('[data-focus]')")
    assert not Account.objects.filter(name="某客户").exists()
