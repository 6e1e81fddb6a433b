"""Certificates in many styles: the words of an honour in, a picture with a record of what is printed on it out.

Called by `population.pieces`. `words` chooses the sentences, `canvas` sets type and seals, the style modules lay them out.
"""

from samples.population.certificates.drawing import STYLES, DrawnCertificate, draw_style, styles_for
from samples.population.certificates.words import Words, choose_words

__all__ = ["STYLES", "DrawnCertificate", "Words", "choose_words", "draw_style", "styles_for"]
