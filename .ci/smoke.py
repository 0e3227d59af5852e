"""Waits for a fresh quickstart, logs in as one of its demo people, and asks the doctor."""

import http.cookiejar
import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

READY_WITHIN_SECONDS = 240
address, folder = sys.argv[1], Path(sys.argv[2])
started = time.monotonic()
browser = urllib.request.build_opener(
    urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
)


def get(path: str, form: dict[str, str] | None = None) -> str:
    data = urllib.parse.urlencode(form).encode() if form else None
    request = urllib.request.Request(address + path, data)  # noqa: S310
    with browser.open(request, timeout=30) as response:
        return str(response.read().decode())


def wait_until_ready() -> None:
    while True:
        try:
            get("/health/ready")
            print(f"Ready after {time.monotonic() - started:.0f} s")
            return
        except OSError as error:
            if time.monotonic() - started > READY_WITHIN_SECONDS:
                sys.exit(f"The quickstart is not ready: {error}")
            time.sleep(0.3)


def log_in() -> None:
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', get("/login/"))
    if not token:
        sys.exit("The login page has no form.")
    username, password = (folder / ".data" / "demo-logins.txt").read_text().split("\t")[:2]
    login = {"csrfmiddlewaretoken": token[1], "username": username, "password": password}
    if "/logout/" not in get("/login/", login):
        sys.exit(f"{username} could not log in.")
    if "有限公司" not in get("/accounts/"):
        sys.exit("The list of customers shows no company.")
    print(f"{username} logged in and sees the customers")


def ask_doctor() -> int:
    for _ in range(30):  # the worker reports a little after the page shows
        doctor = subprocess.run(  # noqa: S603
            [sys.executable, folder / "manage.py", "doctor"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if doctor.returncode == 0:
            break
        time.sleep(1)
    print(doctor.stdout)
    return doctor.returncode


wait_until_ready()
log_in()
sys.exit(ask_doctor())
