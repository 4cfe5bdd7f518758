"""The page of `raingan review`, on this computer only.

    browser -> waitress -> guard (who may come in) -> app, api (what is asked) -> desk (ledger, decisions, queue, pages)

A session begins with a one-time address; see `sessions` and `guard`. Nothing of a report is ever sent as markup: the
page gets JSON, and sets texts as texts.
"""

from raingan.review.server.app import make_app
from raingan.review.server.serve import ServeOptions, Server, serve

__all__ = ["ServeOptions", "Server", "make_app", "serve"]
