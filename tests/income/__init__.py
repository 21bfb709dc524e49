"""Tests of what households earn."""
