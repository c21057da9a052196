"""Requests and areas that many tests use."""

from planet import order_request

OREGON = {
    "type": "Polygon",
    "coordinates": [
        [[-117.558734, 45.229745], [-117.452447, 45.229745], [-117.452447, 45.301865], [-117.558734, 45.301865],
         [-117.558734, 45.229745]],
    ],
}  # fmt: skip
ITEMS = ["20220304_093300_37_2430", "20220305_093440_25_2429"]


def an_order(name="an order", items=ITEMS[:1], bundle="analytic_udm2", **details):
    """A small request for an order."""
    return order_request.build_request(name, [order_request.product(list(items), bundle, "PSScene")], **details)
