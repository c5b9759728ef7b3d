import re

import pytest

from kidswear_brain.report.definitions import definition
from kidswear_brain.report.words import Words, paired_words
from kidswear_brain.results.measures import MEASURES

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("key", sorted(paired_words()))
def test_both_languages_say_the_same_with_the_same_values(key):
    english, chinese = paired_words()[key]
    assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", chinese))
    assert CHINESE.search(chinese) or key == "pp"
    assert not CHINESE.search(english)


@pytest.mark.parametrize("entry", MEASURES, ids=lambda entry: entry.name)
def test_every_measure_is_defined_in_both_languages(entry):
    assert entry.definition in definition(entry.name, "en")
    assert CHINESE.search(definition(entry.name, "zh"))


def test_a_region_nobody_named_keeps_its_key():
    assert Words("zh").region("henan") == "河南"
    assert Words("en").region("my_valley") == "my_valley"
