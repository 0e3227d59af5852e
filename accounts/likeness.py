"""When two customers may be one: the keys they share, and how alike their names are.

The database works the keys out itself (functions made by the migration that adds their indexes),
so a name typed now, a row written by COPY and a million rows at night are read the same way.
A key is a letter and a value: `n:` the name's core, `s:` the core of a short or former name, `c:` a
credit code or tax number, `p:` the digits of a phone. The core of a name leaves out legal forms,
punctuation and the words 省 and 市.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import F, FloatField, Func, TextField

NAME, OTHER_NAME, CODE, PHONE = "n:", "s:", "c:", "p:"
READ = """
SELECT account_keys(%(name)s, '', '{}', %(credit_code)s, '', %(phone)s, ''),
    name_core(%(name)s), name_rest(name_core(%(name)s))
"""


def read(*, name: str, credit_code: str, phone: str) -> tuple[set[str], str, str]:
    """The keys, the core and the rest of a name of what somebody typed."""
    with connection.cursor() as cursor:
        cursor.execute(READ, {"name": name, "credit_code": credit_code, "phone": phone})
        keys, core, rest = cursor.fetchone()
    return set(keys), core, rest


class NameCore(Func):
    """`苏州市恒达精密机械（集团）有限公司` → `苏州恒达精密机械`."""

    function = "name_core"
    output_field = TextField()


class NameLikeness(Func):
    """The share of pairs of characters that two cores have in common, from 0 to 1."""

    function = "name_likeness"
    output_field = FloatField()


class Keys(Func):
    output_field = ArrayField(TextField())


# The keys of a customer's own row, and of one contact person.
ACCOUNT_KEYS = Keys(
    *(F(n) for n in ("name", "short_name", "former_names", "credit_code", "invoice_tax_number")),
    *(F(n) for n in ("phone", "invoice_phone")),
    function="account_keys",
)
CONTACT_KEYS = Keys(F("mobile"), F("phone"), function="phone_keys")
