"""Orders cited in prose: number, date and issuer; and what is no order."""

import pytest

from normalize.dates import DateContext, locate_dates
from normalize.orders import find_citations
from normalize.report import normalize_report
from raingan.model.records import Order, RawField, RawReport
from tests.counting import Growth, of_pieces

# text -> (number, date, issuer) of every order
CASES: dict[str, list[tuple[str, str | None, str | None]]] = {
    "ตามคำสั่งที่ ๑๒/๒๕๖๐ ลงวันที่ ๕ มีนาคม ๒๕๖๐": [("12/2560", "2017-03-05", None)],
    "คำสั่งสำนักงานเขตบางรัก ที่ 7/2563 ลงวันที่ 8 มกราคม 2563": [("7/2563", "2020-01-08", "สำนักงานเขตบางรัก")],
    "ตามคำสั่งสำนักงานเขตบางรักที่ 7/2563": [("7/2563", None, "สำนักงานเขตบางรัก")],
    "คำสั่ง กทม. ที่ 123/64 ลว. 5 ม.ค. 64": [("123/64", "2021-01-05", "กทม.")],
    "คำสั่งกรุงเทพมหานครที่ 1001/2562 ลงวันที่ 1 ต.ค. 2562 เรื่อง มอบอำนาจ": [("1001/2562", "2019-10-01", "กรุงเทพมหานคร")],
    "คำสั่งสำนักเทศกิจ เลขที่ 21/2564": [("21/2564", None, "สำนักเทศกิจ")],
    "คำสั่งสำนักเทศกิจ เรื่อง แต่งตั้งคณะทำงาน ที่ 21/2564": [("21/2564", None, "สำนักเทศกิจ")],
    "คำสั่งสำนักเทศกิจ ที่ 21/2564 เรื่อง แต่งตั้งคณะทำงาน ลงวันที่ 3 กุมภาพันธ์ 2564": [("21/2564", "2021-02-03", "สำนักเทศกิจ")],
    "คำสั่งสำนักเทศกิจ ที่ 4/2564 ลงวันที่ 4 มกราคม 2564 และที่ 5/2564 ลงวันที่ 6 มกราคม 2564": [
        ("4/2564", "2021-01-04", "สำนักเทศกิจ"),
        ("5/2564", "2021-01-06", "สำนักเทศกิจ"),
    ],
    "คำสั่งสำนักเทศกิจ ที่ 4/2564, 5/2564 และ 6/2564": [
        ("4/2564", None, "สำนักเทศกิจ"),
        ("5/2564", None, "สำนักเทศกิจ"),
        ("6/2564", None, "สำนักเทศกิจ"),
    ],
    "คำสั่งสำนักคลังที่ 8/2561 ลงวันที่ 9 ตุลาคม 2560 (แก้ไขเพิ่มเติมโดยคำสั่งสำนักคลังที่ 9/2561 ลงวันที่ 1 พฤศจิกายน 2560)": [
        ("8/2561", "2017-10-09", "สำนักคลัง"),
        ("9/2561", "2017-11-01", "สำนักคลัง"),
    ],
    "คำสั่งศูนย์บริการสาธารณสุขที่ 4 ที่ 3/2564": [("3/2564", None, "ศูนย์บริการสาธารณสุขที่ 4")],
    "คำสั่งแต่งตั้งคณะกรรมการ ที่ 9/2564": [("9/2564", None, None)],
    "คำสั่งแต่งตั้งคณะทำงานของสำนักงานเขตพญาไท ที่ 9/2564": [("9/2564", None, "สำนักงานเขตพญาไท")],
    "คำสั่งที่ 9 / 2564": [("9/2564", None, None)],
    "คำสั่งที่ 9/2564 ลงวันที่ มกราคม 2564": [("9/2564", None, None)],
    "คำสั่งที่ 9/2564 ประชุมวันที่ 5 มกราคม 2564": [("9/2564", None, None)],
    "คำสั่ง\nสำนักการแพทย์ ที่ 55/2565 สั่ง ณ วันที่ 3 มี.ค. 2565": [("55/2565", "2022-03-03", "สำนักการแพทย์")],
    "คำสั่งสำนักคลัง ลงวันที่ 3 มี.ค. 2565 ที่ 55/2565": [("55/2565", "2022-03-03", "สำนักคลัง")],
    "ตามคำสั่งที่ 9/2564 และหนังสือที่ กท 0708/552 ลงวันที่ 5 กุมภาพันธ์ 2564": [("9/2564", None, None)],
    "หนังสือสำนักเทศกิจ ที่ กท 1605/3318 ลงวันที่ 9 มิ.ย. 60": [],
    "หนังสือด่วนที่สุด ที่ มท 0810.5/ว 1234 ลงวันที่ 9 มิ.ย. 60": [],
    "ประกาศกรุงเทพมหานคร เลขที่ 7/2560": [],
    "มีคำสั่งปิดสถานที่เป็นการชั่วคราว": [],
    "ปฏิบัติตามคำสั่งในการประชุมครั้งที่ 1/2564": [],
    "มีคำสั่งให้อบรมรุ่นที่ 1/2564": [],
    "บ้านเลขที่ 9/2564": [],
    "คำสั่งซื้อวันที่ 12/11/2564": [],
    "ใช้ 1/2 ของพื้นที่": [],
    "คำสั่งแต่งตั้งคณะกรรมการโครงการปลูกผัก ที่ 9/2564": [("9/2564", None, None)],
    "ตามคำสั่งผู้บังคับบัญชาให้เรียนหลักสูตรที่ 5/2564": [],
    "คำสั่งที่ 1/2 ของแผน": [],
    "คำสั่ง": [],
    "": [],
}


def orders_of(text: str) -> tuple[Order, ...]:
    """Read the orders of a report whose first quarter says this."""
    fields = (RawField("fiscal_year", ("2564",), "2564"), RawField("quarters.1", tuple(text.split("\n")), text))
    return normalize_report(RawReport("f", 1, 1, fields), "a.txt", "00", "text").orders


@pytest.mark.parametrize("text", CASES, ids=str)
def test_orders(text: str) -> None:
    found = [(item.number, item.date and item.date.isoformat(), item.issuer) for item in orders_of(text)]
    assert found == CASES[text]


def test_letters_are_recognised_but_are_no_orders() -> None:
    text = "หนังสือกองสุขาภิบาล ที่ กท 0708/552 ลงวันที่ 5 กุมภาพันธ์ 2564"
    (letter,) = find_citations(text, locate_dates(text, "evidence", DateContext()))
    assert (letter.kind, letter.number, letter.issuer) == ("letter", "กท 0708/552", "กองสุขาภิบาล")
    assert letter.issued_on is not None and letter.issued_on.isoformat() == "2021-02-05"
    assert orders_of(text) == ()


def test_an_order_keeps_its_print() -> None:
    (order,) = orders_of("แต่งตั้งตามคำสั่งสำนักคลัง ที่ ๘/๒๕๖๑ แล้ว")
    assert (order.section, order.number, order.text) == ("quarter_1", "8/2561", "คำสั่งสำนักคลัง ที่ ๘/๒๕๖๑")


HOSTILE = (
    "คำสั่ง",
    "ที่ 9/2564 ",
    "คำสั่งที่ 9/2564 และ",
    "9/",
    "กท ",
    "เรื่อง ",
    "ที่ ก",
    "1-1/",
    "คำสั่งที่ 9/2564 ลงวันที่ 5 ม.ค. 2564 และ",
)


def cited(text: str) -> None:
    find_citations(text, locate_dates(text, "evidence", DateContext()))


GROWTH = of_pieces(cited, HOSTILE)


@pytest.mark.parametrize("growth", GROWTH, ids=str)
def test_work_grows_with_the_text(growth: Growth) -> None:
    growth.check()
