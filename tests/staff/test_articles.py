"""The rule book is whole: every article is cited by something a reader can use."""

import pytest

from staff import duties, policy
from staff.articles import ARTICLES, REGULATIONS, get_article


@pytest.mark.parametrize("article", ARTICLES.values(), ids=lambda article: article.code)
def test_every_article_is_carried_by_something(article):
    carried = (
        duties.of_article(article.code)
        or policy.of_article(article.code)
        or article.pages
        or article.guidance
    )
    assert carried
    assert str(article.title)
    assert str(article.summary)


def test_every_regulation_is_there():
    assert {article.regulation for article in ARTICLES.values()} == set(REGULATIONS)


@pytest.mark.parametrize(
    ("citation", "article"), [("S1-A3-B1", "S1-A3"), ("S1-A2-SPC-9", "S1-A2-SPC"), ("S4-7", "S4-7")]
)
def test_a_finer_citation_finds_its_article(citation, article):
    assert get_article(citation).code == article


def test_an_unknown_citation_is_an_error():
    with pytest.raises(KeyError):
        get_article("S9-1")
