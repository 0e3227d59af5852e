"""Choosing a colleague by typing."""

import pytest


def offered(client, query):
    return [choice["text"] for choice in client.get(f"/staff/lookup/?{query}").json()["results"]]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=陈", ["陈晓"]),
        ("q=chenx", ["陈晓"]),
        ("q=cx", ["陈晓"]),
        ("q=zh", ["赵志强", "周凯"]),
        ("q=吴离", []),  # has left
        ("q=系统", []),  # has no post
        ("q=", []),
        ("q=zh&mine", []),
        ("q=sun&mine", ["孙婷"]),
    ],
)
def test_colleagues_are_found_by_name_and_pinyin(client, people, query, names):
    client.force_login(people.li)
    assert offered(client, query) == names


def test_a_mobile_number_is_not_told(client, people):
    people.chen.mobile = "13812345678"
    people.chen.save()
    client.force_login(people.he)
    response = client.get("/staff/lookup/?q=陈")
    assert offered(client, "q=陈") == ["陈晓"]
    assert "138" not in response.content.decode()
