"""Builders of request bodies: geometries, filters, orders, subscriptions, deliveries, and the catalogue for checks."""
