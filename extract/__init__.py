"""From the bytes of a file to the sections of its reports.

    intake (what is given, what it is) -> reading (bytes -> Document) -> sections (Document -> RawReport)

`page/` has what readers of pages share, `thai/` what is known of the script; both are ground and ask no other room.
"""
