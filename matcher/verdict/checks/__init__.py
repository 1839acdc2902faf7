"""The checks of the certificate, each the shortest way to see that a published figure is true.

Nothing here knows how a plan was found, nor how its tables were made.
"""
