"""Verification of files on disk: names, digests, manifests, archives."""
