"""A longer run: pytest tests/fuzz --hypothesis-profile=long."""

from hypothesis import settings

settings.register_profile("long", max_examples=5000, deadline=None)
