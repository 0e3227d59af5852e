"""Version 1 of the return visit's questions: the topics of S4-6.2, in our own words."""

from django.db import migrations

OPENING = "您好！我是{organisation}的{caller}，想占用您几分钟，了解一下{customer}对我们{subject}的感受，方便吗？"
CLOSING = "谢谢您的意见。以后遇到任何问题，请随时来电，我们会及时处理。再见！"
QUESTIONS = [
    ("accuracy", "我们提供的结果和资料准确吗？"),
    ("timeliness", "我们办事及时吗？有没有让您等过？"),
    ("attitude", "我们的人员态度怎么样？"),
    ("other", "还有别的不满意或者不清楚的地方吗？"),
    ("opinion", "您对我们有什么意见和建议？"),
]


def seed(apps, schema_editor):
    questions = apps.get_model("visits", "Question").objects
    asked = apps.get_model("visits", "QuestionSet").objects.create(
        version=1, opening=OPENING, closing=CLOSING
    )
    for place, (topic, text) in enumerate(QUESTIONS, start=1):
        questions.create(question_set=asked, position=place, topic=topic, text=text)


class Migration(migrations.Migration):
    dependencies = [("visits", "0002_return_visits")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
