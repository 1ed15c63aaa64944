"""The application: pipeline, command line, samples. The only package that knows all others."""
