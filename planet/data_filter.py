"""Build search filters: functions that return the dictionaries that the service accepts.

The operators `&` (and), `|` (or) and `~` (not) combine filters.

    clear = data_filter.range_filter("cloud_cover", lte=0.1) & data_filter.std_quality_filter()
    not_mine = ~data_filter.permission_filter()
"""

from ._builders.filter_validation import check_filter
from ._builders.filters import (
    Filter,
    and_filter,
    asset_filter,
    date_range_filter,
    empty_filter,
    geometry_filter,
    not_filter,
    number_in_filter,
    or_filter,
    permission_filter,
    range_filter,
    std_quality_filter,
    string_in_filter,
    update_filter,
)

__all__ = [
    "Filter",
    "and_filter",
    "asset_filter",
    "check_filter",
    "date_range_filter",
    "empty_filter",
    "geometry_filter",
    "not_filter",
    "number_in_filter",
    "or_filter",
    "permission_filter",
    "range_filter",
    "std_quality_filter",
    "string_in_filter",
    "update_filter",
]
