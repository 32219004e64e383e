"""Migrations of operation."""
