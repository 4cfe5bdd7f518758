"""What a page is made of, whoever read it: glyphs, rows, pieces between rulings, columns, margins, lines."""
