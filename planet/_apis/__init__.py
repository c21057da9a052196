"""What the clients of the APIs decide without asking the service: ids, states, links, request bodies."""
