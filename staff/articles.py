"""The articles of the five regulations, numbered and summarised in the product's own words.

Everything the product does cites one of these by its code (`S1-A3`). A company's own wording is
kept beside them (`ArticleText`); the codes never change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

REGULATIONS: dict[str, Text] = {
    "S1": _("Key-account management"),
    "S2": _("Duties of the securities account manager"),
    "S3": _("Duties of the account director"),
    "S4": _("Customer service management"),
    "S5": _("Duties of the insurance account manager"),
}


@dataclass(frozen=True)
class Article:
    """One article: its code, its number as printed, its title, what it asks for."""

    code: str
    number: Text
    title: Text
    summary: Text
    guidance: Text = ""

    @property
    def pages(self) -> Sequence[tuple[str, Text]]:
        """Where the product does what the article asks for."""
        return PAGES.get(self.code, ())

    @property
    def regulation(self) -> str:
        return self.code.split("-")[0]


_ALL = [
    Article("S1-A1", "第1条", _("Purpose"), _(
        "Keep up daily, two-way communication with key accounts, find problems at the first "
        "moment and solve them, and raise service, sales and benefit."
    )),
    Article("S1-A2-MGR", _("第2条"), _("The key account manager"), _(
        "Plans the year's key-account sales and targets, leads development and upkeep, arranges "
        "enquiries and complaints, keeps the customer files, trains and evaluates the staff, "
        "checks and collects receivables, plans after-sales service."
    )),
    Article("S1-A2-SUP", _("第2条"), _("The key account supervisor"), _(
        "Answers to the manager and guides the region's specialists: sales and development "
        "plans, targets, market information, regular meetings, training, receivables, passing on "
        "news of products and services."
    )),
    Article("S1-A2-SPC", _("第2条"), _("The key account specialist"), _(
        "Researches the market, visits and develops customers, takes enquiries and complaints, "
        "follows contracts, calls customers back and records it, collects receivables, passes "
        "opinions on and keeps the customer file."
    )),
    Article("S1-A3", "第3条", _("What a key account is, and its tiers"), _(
        "Tiers A1, A2, B1, B2 by annual volume with payment reputation or growth potential; C and "
        "D by volume in words with profit contribution, profit rate and development potential."
    )),
    Article("S1-A4", "第4条", _("Types of key account"), _(
        "Agreement key account: an organisation, end customer, with long-term intention and a VIP "
        "agreement. Member key account: a loyal individual with fairly large, frequent purchases."
    )),
    Article("S1-A5", "第5条", _("Principles of selection"), _(
        "A key account must show integrity, financial strength and credit; a co-operative "
        "attitude; confidentiality; and costs that meet the company's requirements."
    ), _("Before recognition, judge the four principles and keep the evidence.")),
    Article("S1-A6", "第6条", _("Procedure of selection"), _(
        "A general survey of documents and a talk with the customer's head, a judgement against "
        "the principles, then a field survey together with manager and supervisor."
    )),
    Article("S1-A7", "第7条", _("Recognition"), _(
        "An application with the reasons and trading policy, the goods and amounts, and the "
        "survey material and results."
    )),
    Article("S1-A8", "第8条", _("Signing the supply contract"), _(
        "Our department and the customer's legal representative or appointed person sign a sales "
        "agreement or a VIP agreement."
    ), _("Keep the signed scan with the customer as an attachment.")),
    Article("S1-A9", "第9条", _("The development plan"), _(
        "Set the scope and main direction, collect data and list prospects, analyse them, and "
        "report the material to the manager."
    )),
    Article("S1-A10", "第10条", _("Carrying out the plan"), _(
        "Fix the channel and method of contact for each prospect."
    ), _("Agree channel and method with the prospect, and record the first contact.")),
    Article("S1-A11", "第11条", _("Development meetings"), _(
        "Exchange progress, sum up lessons, propose counter-measures, set the next stage's work."
    )),
    Article("S1-A12", "第12条", _("Receiving customers"), _(
        "Receive customers by the company's measures, important ones at VIP level."
    ), _("Follow the company's reception measures; record who came and what was said.")),
    Article("S1-A13", "第13条", _("Two contacts and contact reports"), _(
        "More important, promising customers are looked after by at least two people, who report "
        "their contacts."
    )),
    Article("S1-A14", "第14条", _("When a colleague leaves"), _(
        "Tell the customers in time, and have another colleague make contact quickly."
    )),
    Article("S1-A15", "第15条", _("Surveying prospects"), _(
        "Survey prospects, screen and rate them, and decide on whom to concentrate."
    ), _("Record what the survey found; a person decides on whom to concentrate.")),
    Article("S1-A16", "第16条", _("Contact with new key accounts"), _(
        "The source breaks off in mid-sentence: no rule can be taken from it."
    ), _("Complete this article with your company's own text.")),
    Article("S2-1", "1", _("Acquire, serve, publicise"), _(
        "Within the authority given: win and serve customers, publicise, develop channels, meet "
        "the targets set."
    ), _("A role template: switch it on where your company has this post.")),
    Article("S2-2", "2", _("Service and needs"), _(
        "Serve and keep customers, sort their needs and pass them to the departments behind."
    )),
    Article("S2-3", "3", _("Recommending products"), _(
        "Introduce the products issued or distributed by the company."
    ), _("Record it as a contact; suitability rules are outside this product.")),
    *[
        Article(f"S3-{n}", str(n), title, summary,
                _("A role template: its duties are read, its hiring criteria are not used."))
        for n, title, summary in [
            (1, _("Turnover and projects"), _(
                "Turnover targets, the whole course of a customer project from design to payment, "
                "its costs and margin, and the team's development."
            )),
            (2, _("Important customers"), _(
                "Keeps important customers, knows their industry and competitors, proposes, "
                "collects market information, reports business and expense status upward."
            )),
            (3, _("Liaison and execution"), _(
                "Liaison and needs, proposals, schedule and milestones, problems found and "
                "solved, one person accountable for the whole course."
            )),
            (4, _("Analysis and improvement"), _(
                "Analyses the customer's market, proposes, guides the staff, finds and mends "
                "problems of service, keeps progress and budget in view."
            )),
            (5, _("Strategy and team"), _(
                "Takes part in strategy, plan and forecast, leads the sales team, trains it, and "
                "improves the rules."
            )),
        ]
    ],
    Article("S4-1", "第一条", _("Purpose of customer service"), _(
        "Controlled service, clear norms, complaints handled in time, a system for important "
        "agreement customers, opinions and market information gathered."
    ), _("Measured by the monthly feedback.")),
    Article("S4-2", "第二条", _("Scope"), _(
        "The whole of the organisation's customer service."
    ), _("Set your organisation's name; the scripts use it.")),
    Article("S4-3", "第三条", _("Who is a customer"), _(
        "Whoever brings work to us, directly or through another party."
    ), _("Callers may be linked to a customer directly or through another one.")),
    Article("S4-4", "第四条", _("Who is in charge"), _(
        "The customer service centre is the responsible unit."
    ), _("Colleagues of the service centre are marked so in their record.")),
    Article("S4-5", "第五条", _("Duties of the service centre"), _(
        "Sets and supervises service norms, collects and handles complaints, calls customers "
        "back, keeps their information, serves important agreement customers, and feeds back "
        "every month to the head of service and the departments concerned."
    )),
    Article("S4-6.1", "6.1", _("Answering the telephone"), _(
        "Answer within three rings, open and close with the set sentences, be polite and patient, "
        "answer fully or record the question and call back, record complaints in full, never "
        "answer blindly or promise."
    ), _("Within three rings; greet with the organisation's name; thank the caller at the end.")),
    Article("S4-6.2", "6.2", _("Telephone return visits"), _(
        "Call customers back (every two months, marked with a question mark in the source): "
        "accuracy, timeliness, attitude, other dissatisfaction, opinions and suggestions."
    )),
    Article("S4-6.3", "6.3", _("Customer information"), _(
        "Collect and update contact persons, phone, address and service wishes (every month, "
        "marked with a question mark in the source)."
    )),
    Article("S4-6.4", "6.4", _("Visitors"), _(
        "Collect the visitors' details, prepare early, have matching staff receive them, record, "
        "settle problems; meals by importance with the leader's approval of the cost."
    )),
    Article("S4-7", "第七条", _("Enquiries, look-ups, complaints"), _(
        "Three kinds of call; complaints are general (doubt, attitude) or major (crisis events). "
        "The source breaks off here."
    ), _("Ask first which of the three it is: knowledge, a result, or dissatisfaction.")),
    *[
        Article(f"S5-{n}", f"【{n}】", title, summary,
                _("A role template: switch it on where your company has this post."))
        for n, title, summary in [
            (1, _("Financial service"), _(
                "Serves companies and individuals, learns their needs, reports and introduces "
                "regularly, meets personal targets. Licensed advice is outside this product."
            )),
            (2, _("Sales by phone and net"), _(
                "Quick, exact advice and sales; keeps customers, collects their problems and "
                "reports them upward; meets targets."
            )),
            (3, _("Group business"), _(
                "Group targets, proposals and on-site explanation, regular service reports, "
                "follow-up of major cases, training of branch managers."
            )),
            (4, _("Daily visits"), _(
                "New and old customers with a daily visit quota (no number is given), personal "
                "service, after-sales help, channels and team."
            )),
            (5, _("Agency outlets"), _(
                "Outlets looked after, trained, supplied and analysed; activity recorded; "
                "meetings attended; customers' information and trade secrets kept."
            )),
        ]
    ],
]  # fmt: skip

PAGES: dict[str, Sequence[tuple[str, Text]]] = {
    "S1-A1": [("/accounts/", _("Customers"))],
    "S1-A2-MGR": [("/accounts/", _("Customers")), ("/tasks/", _("Tasks"))],
    "S1-A2-SUP": [("/tasks/", _("Tasks")), ("/staff/", _("Team"))],
    "S1-A2-SPC": [
        ("/tasks/", _("Tasks")),
        ("/visits/", _("Visits")),
        ("/accounts/", _("Customers")),
    ],
    "S1-A3": [("/accounts/policies/", _("Tier policy")), ("/accounts/", _("Customers"))],
    "S1-A4": [("/accounts/", _("Customers"))],
    "S1-A9": [("/development/", _("Development plans"))],
    "S1-A10": [("/development/prospects/", _("Prospects"))],
    "S1-A11": [("/meetings/?kind=development", _("Meetings")), ("/tasks/", _("Tasks"))],
    "S1-A13": [("/visits/reports/", _("Contact reports"))],
    "S1-A15": [("/development/prospects/", _("Prospects"))],
    "S1-A5": [("/development/surveys/", _("Surveys"))],
    "S1-A6": [("/development/surveys/", _("Surveys"))],
    "S1-A7": [
        ("/development/applications/", _("Applications for recognition")),
        ("/development/approvals/", _("My approvals")),
    ],
    "S1-A12": [("/visits/receptions/", _("Receptions"))],
    "S1-A14": [("/accounts/?owner=none", _("Customers without an owner"))],
    "S2-2": [("/accounts/", _("Customers"))],
    "S4-5": [
        ("/complaints/cases/", _("Complaints")),
        ("/complaints/monthly/", _("Monthly feedback")),
        ("/accounts/", _("Customers")),
    ],
    "S4-7": [("/complaints/cases/", _("Complaints"))],
    "S4-6.2": [("/visits/return-visits/", _("Telephone return visits"))],
    "S4-6.4": [("/visits/receptions/", _("Receptions"))],
}

ARTICLES: dict[str, Article] = {article.code: article for article in _ALL}


def get_article(code: str) -> Article:
    """The article of a citation such as `S1-A3` or, more finely, `S1-A3-B1`.

    Raises KeyError for a code that no article begins.
    """
    while code not in ARTICLES:
        code, cut, _last = code.rpartition("-")
        if not cut:
            raise KeyError(code)
    return ARTICLES[code]
