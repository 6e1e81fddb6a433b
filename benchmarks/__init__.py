"""Measurements that are run by hand and whose figures are kept beside them; not part of the product."""
