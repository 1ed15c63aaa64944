"""Grades and a city in, a verified plan out."""
