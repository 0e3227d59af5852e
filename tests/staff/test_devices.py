"""Browsers in words."""

import pytest

from staff.devices import device_name

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0"


@pytest.mark.parametrize(
    ("user_agent", "browser", "system"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0) {CHROME} Safari/537.36", "Chrome", "Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0) {CHROME} Safari/537.36 Edg/130.0", "Edge", "Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0) {CHROME} Safari/537.36 360SE", "360", "Windows"),
        (f"Mozilla/5.0 (Linux; Android 14) {CHROME} MicroMessenger/8.0", "微信", "Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
            "Mobile/15E148 MicroMessenger/8.0.49",
            "微信",
            "iPhone",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/17.5 Safari/605.1.15",
            "Safari",
            "macOS",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
            "Firefox",
            "Linux",
        ),
        (
            f"Mozilla/5.0 (Phone; OpenHarmony 5.0) {CHROME} ArkWeb/4.1 HuaweiBrowser/5.0",
            "Huawei",
            "HarmonyOS",
        ),
    ],
)
def test_a_device_in_words(user_agent, browser, system):
    assert browser in device_name(user_agent)
    assert system in device_name(user_agent)


@pytest.mark.parametrize("user_agent", ["", "<script>alert(1)</script>", "x" * 300])
def test_an_unknown_device_never_shows_the_raw_text(user_agent):
    assert device_name(user_agent)
    assert "<" not in device_name(user_agent)
    assert "xxx" not in device_name(user_agent)
