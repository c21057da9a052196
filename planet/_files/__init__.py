"""Whether what lies on disk is right: names, hashes, manifests, archives."""
