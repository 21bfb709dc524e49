"""Tests of households and members entered in the browser."""
