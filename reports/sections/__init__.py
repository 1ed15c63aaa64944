"""The sections of the city report: each turns frames of the context into tables of text."""
