"""The family of most stories of the registry, and a folder of their own for photos."""

import pytest

from tests.registry import homes


@pytest.fixture
def family(places):
    return homes.rosnas()


@pytest.fixture
def uploads(settings, tmp_path):
    """Photos of these stories lie in a folder of their own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path
