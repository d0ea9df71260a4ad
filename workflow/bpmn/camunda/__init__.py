"""The extensions of Camunda 7 (and of those who kept them under another name) as plain values.  Pure."""
