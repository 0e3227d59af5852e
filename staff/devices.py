"""From where someone works: the address of a request, and its browser in words."""

import ipaddress
import re

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext

# The first that matches: WeChat and Edge also call themselves Chrome, Chrome also Safari.
BROWSERS = (
    (r"wxwork/", "企业微信"),
    (r"MicroMessenger/", "微信"),
    (r"DingTalk/", "钉钉"),
    (r"Lark/|Feishu/", "飞书"),
    (r"Edg(e|A|iOS)?/", "Edge"),
    (r"QIHU|360SE|360EE|QihooBrowser", "360"),
    (r"MQQBrowser/|QQBrowser/", "QQ Browser"),
    (r"UCBrowser/", "UC Browser"),
    (r"HuaweiBrowser/", "Huawei Browser"),
    (r"MiuiBrowser/", "Xiaomi Browser"),
    (r"Quark/", "Quark"),
    (r"OPR/|Opera", "Opera"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|CriOS/", "Chrome"),
    (r"Version/.*Safari/", "Safari"),
    (r"curl/|python|Go-http|Java/", "script"),
)
SYSTEMS = (
    (r"OpenHarmony|HarmonyOS|ArkWeb", "HarmonyOS"),
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"Macintosh|Mac OS X", "macOS"),
    (r"CrOS", "ChromeOS"),
    (r"Linux|X11", "Linux"),
)


def client_ip(request: HttpRequest) -> str | None:
    """The caller's address; None if there is none (a Unix socket).

    SECURITY: behind a proxy only the entry that the proxy itself added, the last one, is
    believed; the caller can write anything before it.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY and (chain := request.META.get("HTTP_X_FORWARDED_FOR")):
        address = chain.rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None


def _first(patterns: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for pattern, name in patterns if re.search(pattern, user_agent)), "")


def device_name(user_agent: str) -> str:
    """`Chrome on Windows`, `微信 on Android`; never the raw text of the header."""
    browser, system = _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
    if browser == "script":
        browser = gettext("A program")
    if browser and system:
        return gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or gettext("Unknown device")


def is_phone(user_agent: str) -> bool:
    return bool(re.search(r"Mobile|Android|iPhone|HarmonyOS.*Phone", user_agent))
