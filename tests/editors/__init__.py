"""Tests that start real editors. Each asserts what a user of the editor would see."""
