"""The measure itself: what no one writes in Thai counts, what everyone writes does not."""

import importlib.util
import sys
from pathlib import Path

import pytest

# The measure is a script's neighbour, in no package: it is loaded by its path.
_SPEC = importlib.util.spec_from_file_location("thai_quality", Path(__file__).with_name("thai_quality.py"))
assert _SPEC is not None and _SPEC.loader is not None
thai_quality = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = thai_quality
_SPEC.loader.exec_module(thai_quality)


@pytest.mark.parametrize(
    "text",
    [
        "สำนักงานเขตบางทองหลาง มีน้ำท่วมขังที่ป้อมปราการ",
        "เกาะ ผู้เชี่ยวชาญ ฤๅษี สิทธิ์ พันธุ์ ฯลฯ ต่าง ๆ",
        "สํานักงาน น้ําท่วม นํ้าท่วม",  # two halves of one vowel
        "ร้อยละ 86.25 (House Index)",
    ],
)
def test_sound_thai_has_nothing_against_it(text: str) -> None:
    assert thai_quality.count_ill_formed(text) == 0


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("ก าหนด", 1),  # the ring of sara am lost to a space
        ("ท ี่", 1),  # the marks parted from their letter
        ("วิิทยา", 1),
        ("ที\uf70a", 1),
        ("เ ขต", 1),
    ],
)
def test_damage_is_counted(text: str, count: int) -> None:
    assert thai_quality.count_ill_formed(text) == count


def test_dictionary_share_falls_with_damage() -> None:
    sound = thai_quality.quality_of("ประชาชนร่วมกำหนดแนวทางการพัฒนาพื้นที่")
    broken = thai_quality.quality_of("ประชาชนร วมก าหนดแนวทางการพ ฒนาพ นท")
    assert sound.dictionary_share == 1.0 > broken.dictionary_share
