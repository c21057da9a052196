"""Downloaded orders as STAC Items and as datasets; the coverage of an AOI by items."""
