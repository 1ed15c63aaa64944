"""Reading a case folder: files in, accepted tables and a list of every fault out."""
