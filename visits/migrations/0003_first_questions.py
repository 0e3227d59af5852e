"""The questions that the regulation itself puts (S4-6.2), as the first version."""

import datetime as dt

from django.db import migrations

OPENING = "您好！我是{company}客户服务中心回访员{caller}，能否了解一下贵单位{subject}的情况？"
CLOSING = "如果有问题，请再打电话，我们将及时为您服务。感谢您提出的宝贵意见，谢谢！再见！"
QUESTIONS = [
    ("service", "verdict", "您对我们的服务满意吗？"),
    ("accuracy", "verdict", "产品和单据准确吗？"),
    ("timeliness", "verdict", "交货和答复及时吗？"),
    ("attitude", "verdict", "我们人员的服务态度怎么样？"),
    ("other", "words", "还有没有不满意或不清楚的地方？"),
    ("opinion", "words", "您对我们有什么意见和建议？"),
]


def seed(apps, schema_editor):
    question_set = apps.get_model("visits", "QuestionSet").objects.create(
        version=1,
        account_kind="",
        subject="产品使用",
        opening=OPENING,
        closing=CLOSING,
        begins_on=dt.date(2000, 1, 1),
    )
    question = apps.get_model("visits", "Question")
    for place, (topic, asks, text) in enumerate(QUESTIONS, 1):
        question.objects.create(
            question_set=question_set, place=place, topic=topic, asks=asks, text=text
        )


class Migration(migrations.Migration):
    dependencies = [("visits", "0002_return_visits")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
