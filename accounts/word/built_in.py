"""The templates that come with the product: plain, complete, and meant to be replaced.

Their text is Chinese like the agreements made from them; a company's lawyers write their own.
"""

from __future__ import annotations

import io

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from accounts.models import AgreementKind

FONT = "宋体"
TITLES = {AgreementKind.VIP: "VIP客户协议", AgreementKind.SALES: "销售协议"}
PURPOSES = {
    AgreementKind.VIP: "双方本着长期合作、互利共赢的原则，就乙方成为甲方VIP客户事宜达成如下协议。",
    AgreementKind.SALES: "双方本着平等、诚信的原则，就甲方向乙方供应商品事宜达成如下协议。",
}
CLAUSES = (
    "一、合作内容：{{ title }}",
    "二、协议金额：{% if amount %}{{ amount_yuan }}元（大写：{{ amount }}）"
    "{% else %}________元（大写：________）{% endif %}。",
    "三、协议期限：自{{ starts_on }}起"
    "{% if ends_on %}至{{ ends_on }}止{% else %}长期有效{% endif %}。",
    "四、主要条款：{{ terms }}",
    "五、双方对在合作中知悉的对方商业秘密和技术信息负有保密义务。",
    "六、本协议一式两份，双方各执一份，自双方签字盖章之日起生效。",
)


def built_in(kind: str) -> bytes:
    """The template of that kind as a .docx file."""
    kind = AgreementKind(kind)
    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = heading.add_run(TITLES[kind])
    run.bold, run.font.size = True, Pt(18)
    document.add_paragraph("协议编号：{{ number }}").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for line in ("甲方（供方）：{{ our_party }}", "乙方（客户）：{{ their_party }}"):
        document.add_paragraph(line)
    document.add_paragraph("统一社会信用代码：{{ credit_code }}")
    document.add_paragraph(PURPOSES[kind])
    for clause in CLAUSES:
        document.add_paragraph(clause)
    _obligations(document)
    _signatures(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _obligations(document: docx.document.Document) -> None:
    document.add_paragraph("{%p if obligations %}")
    document.add_paragraph("七、履约事项：")
    table = document.add_table(rows=4, cols=3, style="Table Grid")
    rows = (
        ("事项", "责任方", "期限"),
        ("{%tr for row in obligations %}", "", ""),
        ("{{ row.text }}", "{{ row.side }}", "{{ row.due_on }}"),
        ("{%tr endfor %}", "", ""),
    )
    for line, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(line.cells, texts, strict=True):
            cell.text = text
    document.add_paragraph("{%p endif %}")


def _signatures(document: docx.document.Document) -> None:
    document.add_paragraph()
    table = document.add_table(rows=4, cols=2)
    rows = (
        ("甲方（盖章）：{{ our_party }}", "乙方（盖章）：{{ their_party }}"),
        (
            "签字人：{{ our_signer }}  {{ our_capacity }}",
            "签字人：{{ their_signer }}  {{ their_capacity }}",
        ),
        ("签字：", "签字："),
        ("日期：{{ signed_on }}", "日期：{{ signed_on }}"),
    )
    for line, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(line.cells, texts, strict=True):
            cell.text = text
