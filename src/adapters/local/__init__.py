"""Builds and serves functions on this machine, without a cluster: for development.

All state lies below one folder, which one process at a time is meant to use.
"""
