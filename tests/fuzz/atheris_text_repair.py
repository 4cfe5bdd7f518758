"""Coverage-guided fuzzing of text repair (needs atheris):

python tests/fuzz/atheris_text_repair.py -max_total_time=120
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

try:
    import atheris
except ImportError:  # the target itself can be imported, and is run by the tests
    atheris = None


def one_input(data: bytes) -> None:
    """Repair what the bytes say, as the text of a document and as glyphs with places."""
    from extract.page.glyphs import Glyph
    from extract.page.pieces import lines_of, rules_of
    from extract.reading.pdf.raised import join_raised
    from extract.reading.pdf.repair import rows_of
    from extract.thai.letters import canonical, ill_formed, repair_text

    text = data.decode("utf-16-le", "ignore")
    repaired, _ = repair_text(text)
    assert ill_formed(repaired) or repair_text(repaired)[0] == repaired
    assert canonical(canonical(text)) == canonical(text)
    assert 0 <= ill_formed(repaired) <= len(repaired)
    glyphs = []
    for index, character in enumerate(text[:300]):
        # Places from the bytes themselves: marks that overlap, lines that cross, letters of no width.
        x, y, size = data[index] * 2.0, data[-index] * 3.0, 1.0 + data[index // 2] % 24
        box = (x, y, x, y - size, x + data[index] % 11, y)
        glyphs.append(Glyph(character, *box, size, index, index, character, bool(index % 7 == 0)))
    lines, _ = lines_of(join_raised(rows_of(glyphs)), rules_of([]), 1, None)
    assert all(line.text for line in lines)


if __name__ == "__main__":
    with atheris.instrument_imports():
        import extract.page.pieces
        import extract.reading.pdf.layer
        import extract.reading.pdf.repair
        import extract.thai.letters  # noqa: F401
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
