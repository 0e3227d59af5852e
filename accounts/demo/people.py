"""The people of the demo company and the logins that the quickstart prints."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from staff.models import Dialect, Region, Role, User

COMPANY = "苏州恒泽润滑科技有限公司"
REGIONS = ("华东大区", "华南大区")


@dataclass(frozen=True)
class Person:
    username: str
    name: str
    role: str
    number: str
    region: str = ""
    superior: str = ""
    is_service_centre: bool = False
    dialects: tuple[str, ...] = field(default=())


EAST, SOUTH = REGIONS
PEOPLE = (
    Person("linguodong", "林国栋", Role.MANAGER, "HZ001"),
    Person("shenlihua", "沈丽华", Role.SUPERVISOR, "HZ002", EAST, "linguodong"),
    Person("liangzhiming", "梁志明", Role.SUPERVISOR, "HZ003", SOUTH, "linguodong"),
    Person(
        "guxiaofeng", "顾晓峰", Role.SPECIALIST, "HZ011", EAST, "shenlihua", dialects=(Dialect.WU,)
    ),
    Person("luyating", "陆雅婷", Role.SPECIALIST, "HZ012", EAST, "shenlihua"),
    Person("qianhao", "钱浩", Role.SPECIALIST, "HZ013", EAST, "shenlihua"),
    Person(
        "huangjiayi",
        "黄嘉怡",
        Role.SPECIALIST,
        "HZ014",
        SOUTH,
        "liangzhiming",
        dialects=(Dialect.CANTONESE,),
    ),
    Person("luojunjie", "罗俊杰", Role.SPECIALIST, "HZ015", SOUTH, "liangzhiming"),
    Person(
        "dengsiyuan",
        "邓思源",
        Role.SPECIALIST,
        "HZ016",
        SOUTH,
        "liangzhiming",
        dialects=(Dialect.XIANG,),
    ),
    Person(
        "hejing",
        "何静",
        "",
        "HZ021",
        "",
        "linguodong",
        is_service_centre=True,
        dialects=(Dialect.WU, Dialect.CANTONESE),
    ),
)


def is_demo_company() -> bool:
    """Whether the people here are those of the demo (others may have joined them since)."""
    known = set(User.objects.values_list("username", "employee_number"))
    return all((person.username, person.number) in known for person in PEOPLE)


def create_people(logins: Path) -> dict[str, User]:
    """The people by user name, with passwords of their own, kept in `logins` for the owner only."""
    regions = {name: Region.objects.create(name=name) for name in REGIONS}
    passwords = {person.username: _password() for person in PEOPLE}
    people: dict[str, User] = {}
    for number, person in enumerate(PEOPLE):
        people[person.username] = User.objects.create(
            username=person.username,
            name=person.name,
            role=person.role,
            employee_number=person.number,
            mobile=f"1540000{number + 1:04}",
            email=f"{person.username}@hengze.example",
            reports_to=people.get(person.superior),
            region=regions.get(person.region),
            is_service_centre=person.is_service_centre,
            dialects=list(person.dialects),
            password=make_password(passwords[person.username]),
            must_change_password=False,
            password_changed_at=timezone.now(),
        )
    _keep(logins, passwords)
    return people


def _password() -> str:
    """Twelve characters that nobody confuses when typing them from a screen."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))


def _keep(logins: Path, passwords: dict[str, str]) -> None:
    """One line per person, tab-separated: user name, password, name, post."""
    lines = (
        f"{person.username}\t{passwords[person.username]}\t{person.name}\t{_post(person)}\n"
        for person in PEOPLE
    )
    logins.parent.mkdir(parents=True, exist_ok=True)
    logins.unlink(missing_ok=True)
    with os.fdopen(os.open(logins, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.writelines(lines)


def _post(person: Person) -> str:
    post = (
        {
            Role.MANAGER: "大客户经理",
            Role.SUPERVISOR: "大客户主管",
            Role.SPECIALIST: "大客户专员",
        }.get(Role(person.role))
        if person.role
        else "客户服务中心"
    )
    return f"{post}({person.region})" if person.region else str(post)
