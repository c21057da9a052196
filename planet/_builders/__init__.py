"""What is sent: geometries, filters, orders, subscriptions, deliveries, and the catalogue they are checked against."""
