"""Batches of files: small ones in groups, and more groups at the same time where the network is slow."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planet._download.order_files import FileToFetch
from planet._sync.download.batch import _DISTANT, _GROUP, _MOST, PARALLEL, _groups, _Lanes
from planet._sync.download.file import SMALL


@given(st.lists(st.sampled_from([None, 0, SMALL, SMALL + 1]), max_size=300))
def test_groups_have_every_file_once_and_large_ones_alone(sizes):
    files = [FileToFetch(f"o/{number}", "", Path(str(number)), size=size) for number, size in enumerate(sizes)]
    groups = list(_groups(files))
    assert sorted(file.name for group in groups for file in group) == sorted(file.name for file in files)
    assert all(1 <= len(group) <= _GROUP for group in groups)
    assert all(
        len(group) == 1 or all(file.size is not None and file.size <= SMALL for file in group) for group in groups
    )


def test_the_last_groups_are_small():
    files = [FileToFetch(f"o/{number}", "", Path(str(number)), size=1) for number in range(400)]
    sizes = [len(group) for group in _groups(files)]
    assert sizes == sorted(sizes, reverse=True) and sizes[0] == _GROUP and sizes[-1] <= 2


@pytest.mark.parametrize(("manifest", "file", "expected"), [
    (0.0, 0.0, PARALLEL), (_DISTANT * 2, 0.0, _MOST), (0.0, _DISTANT * 2, _MOST),
])  # fmt: skip
def test_there_are_more_lanes_where_small_files_take_long(manifest, file, expected):
    lanes = _Lanes(manifest)
    for _ in range(100):
        lanes.took(file)
    count = 0
    while lanes.turns._semaphore.acquire(blocking=False):
        count += 1
    assert count == expected
