"""The review page: a small web application in which people look at what was read and decide."""
