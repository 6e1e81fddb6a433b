"""PaddleOCR on ONNX Runtime: an image in, quadrilaterals of text lines and their readings out.

Comes in: BGR images (numpy, uint8) and the settings that say where the models lie. Goes out: `Reading`s with the mean and the least
character probability. Called by the page readers (`paper`, `seal`, `tickbox`); one engine a process, since ONNX sessions neither fork nor
pickle.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from extractors.models import ModelDirectories, prepare_in
from extractors.raster import Image
from schemas.settings import Settings

Quad = npt.NDArray[np.float32]  # (4, 2) pixels: top left, top right, bottom right, bottom left of the line as it reads

_SESSION: dict[str, Any] = {"intra_op_num_threads": 1, "inter_op_num_threads": 1, "log_severity_level": 3}
# Every page and line has another shape: remembered memory patterns and, for the many small crops, an arena only hoard (1.5 GB against 0.8
# GB).
_DETECTION_SESSION = _SESSION | {"enable_mem_pattern": False}
_RECOGNITION_SESSION = _SESSION | {"enable_cpu_mem_arena": False}
_BATCH = 6  # larger batches are slower
_BATCH_WIDTH = 2400  # pixels together: each 8 of them cost 75 kB of probabilities for 18,710 characters, several times over
_HEIGHT = 48  # pixels, the recogniser's input
# A crop wider than the recogniser's longest input would be squeezed; it is read in pieces instead.
_LONGEST = 3200 / _HEIGHT * 0.9


# Full-width points, and the dots that are read in their place.
_POINTS = frozenset("，。、；：")
_DOTS = frozenset(".．")
_MIDDLE_DOTS = frozenset("·・")
_RUNNING_TEXT = 12  # characters; a line so long is no person's name


class Reading(NamedTuple):
    """What a crop says.

    `score` is the mean and `least` the minimum character probability (0-1), spaces left out. For each character: `places`, its centre
    (0-1 of the crop's width), and `certainties`, its probability; both are empty where a text was put together from several crops.
    """

    text: str
    score: float
    least: float
    places: tuple[float, ...] = ()
    certainties: tuple[float, ...] = ()


NOTHING = Reading("", 0.0, 0.0)


class Engine:
    """A detector and a recogniser. Not thread-safe; make one a process through `engine`."""

    def __init__(self, directories: ModelDirectories) -> None:
        cv2.setNumThreads(1)  # as the models: a process a core, no threads that fight over it
        detection, recognition = _predictor_classes()
        common: dict[str, Any] = {"engine": "onnxruntime", "device": "cpu"}
        self._detector = detection(
            model_name=directories.detection_name, model_dir=str(directories.detection), engine_config=_DETECTION_SESSION, **common
        )
        self._recogniser = recognition(
            model_name=directories.recognition_name, model_dir=str(directories.recognition), engine_config=_RECOGNITION_SESSION, **common
        )
        predictor = self._recogniser.paddlex_predictor
        steps = (step["RecResizeImg"] for step in predictor.config["PreProcess"]["transform_ops"] if "RecResizeImg" in step)
        self._least_width = int(next(steps)["image_shape"][2])
        predictor.post_op = CharacterScores(predictor.post_op.character)

    def detect(self, image: Image, limit: int) -> list[Quad]:
        """Quadrilaterals of the text lines of a BGR image, looked for with its longer side shrunk to `limit` pixels at most."""
        found = self._detector.predict(image, limit_side_len=limit, limit_type="max")
        return [np.asarray(quad, dtype=np.float32) for quad in found[0]["dt_polys"]]

    def recognise(self, crops: Sequence[Image]) -> list[Reading]:
        """A reading for each crop (one line of text, reading left to right), in order. Batched by width."""
        readings = [NOTHING] * len(crops)
        usable = [index for index, crop in enumerate(crops) if min(crop.shape[:2]) >= 3]  # thinner ones are no text and break the resizing
        usable.sort(key=lambda index: crops[index].shape[1] / crops[index].shape[0])
        long = [index for index in usable if crops[index].shape[1] / crops[index].shape[0] > _LONGEST]
        for index in long:
            readings[index] = self._recognise_in_pieces(crops[index])
        short = usable[: len(usable) - len(long)]
        for batch in _batches(short, [_resized_width(crops[index]) for index in short]):
            indices, widths = [index for index, _ in batch], [width for _, width in batch]
            results = self._recogniser.predict([crops[index] for index in indices], batch_size=len(indices))
            for index, width, result in zip(indices, widths, results, strict=True):
                readings[index] = _reading(result["rec_text"], result["rec_score"], width / max(*widths, self._least_width))
        return readings

    def probabilities(self, picture: Image) -> npt.NDArray[np.float32]:
        """What the recogniser thinks of a crop: (time steps, classes), each step's probabilities; class 0 is the CTC blank.

        The other classes are those of `characters`. Empty (0, 0) for crops too thin or too long to be read at once.
        """
        if min(picture.shape[:2]) < 3 or picture.shape[1] / picture.shape[0] > _LONGEST:
            return np.zeros((0, 0), dtype=np.float32)
        predictor = self._recogniser.paddlex_predictor
        decoder, predictor.post_op = predictor.post_op, _undecoded
        try:
            return np.asarray(next(iter(self._recogniser.predict([picture])))["rec_score"], dtype=np.float32)
        finally:
            predictor.post_op = decoder

    @property
    def characters(self) -> Sequence[str]:
        """The character of each class."""
        return list(self._recogniser.paddlex_predictor.post_op.character)

    def _recognise_in_pieces(self, crop: Image) -> Reading:
        """A very long line, cut where a column of it is emptiest near each nominal cut."""
        pieces = int(np.ceil(crop.shape[1] / crop.shape[0] / _LONGEST))
        darkness = 255.0 - cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY).mean(axis=0)
        cuts = [0]
        for piece in range(1, pieces):
            nominal, slack = crop.shape[1] * piece // pieces, crop.shape[0] * 2
            cuts.append(nominal - slack + int(np.argmin(darkness[nominal - slack : nominal + slack])))
        cuts.append(crop.shape[1])
        parts = self.recognise([crop[:, left:right] for left, right in pairwise(cuts)])
        places = [
            (left + place * (right - left)) / crop.shape[1]
            for part, left, right in zip(parts, cuts, cuts[1:], strict=False)
            for place in part.places
        ]
        read = [part for part in parts if part.text]
        if not read:
            return NOTHING
        score = sum(part.score * len(part.text) for part in read) / sum(len(part.text) for part in read)
        certainties = tuple(certainty for part in parts for certainty in part.certainties)
        return Reading("".join(part.text for part in read), score, min(part.least for part in read), tuple(places), certainties)


def _undecoded(pred: Sequence[Any], **_: Any) -> tuple[list[str], list[Any]]:
    """In a decoder's place: no texts, the probabilities as they are."""
    samples = np.asarray(pred[0])
    return [""] * len(samples), list(samples)


class CharacterScores:
    """Greedy CTC decoding that keeps every character's probability and time step, in place of PaddleX's, which keeps only their mean.

    Called by PaddleX with the recogniser's output (batch, steps, classes); returns texts and, a text each, its (probabilities, steps,
    number of steps).
    """

    def __init__(self, character: Sequence[str]) -> None:
        self.character = list(character)  # index 0 is the CTC blank
        self._points = [index for index, sign in enumerate(self.character) if sign in _POINTS]

    def __call__(self, pred: Sequence[Any], **_: Any) -> tuple[list[str], list[Any]]:
        texts, scores = [], []
        for sample in np.asarray(pred[0]):
            best = sample.argmax(axis=-1)
            kept = best != 0
            kept[1:] &= best[1:] != best[:-1]
            steps = np.flatnonzero(kept)
            chosen = self._with_full_points(sample[steps], best[steps])
            texts.append("".join(self.character[index] for index in chosen))
            scores.append((sample[steps, chosen], steps, len(best)))
        return texts, scores

    def _with_full_points(self, sample: npt.NDArray[Any], best: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The best characters, a dot between Chinese characters replaced by the likeliest sign that can stand there: ，。、；：

        On coarse scans a comma or a full stop reads as a dot with little certainty, which the sign keeps. Middle dots stay in short lines:
        they part the names of some persons.
        """
        text = [self.character[index] for index in best]
        chosen = best.copy()
        for place in range(2, len(text) - 1):
            dotted = text[place] in _DOTS or (text[place] in _MIDDLE_DOTS and len(text) >= _RUNNING_TEXT)
            if dotted and _is_chinese(text[place - 1]) and _is_chinese(text[place + 1]) and self._points:
                chosen[place] = max(self._points, key=lambda index: float(sample[place, index]))
        return chosen


def engine(settings: Settings) -> Engine:
    """This process's engine for these settings; made at the first call (about a second). Raises `ModelsUnavailable`."""
    return _engine(prepare_in(settings.cache_dir, settings.ocr_models_dir))


@lru_cache(maxsize=1)
def _engine(directories: ModelDirectories) -> Engine:
    return Engine(directories)


def crop(image: Image, quad: Quad) -> Image:
    """The line within a quadrilateral, made upright; a tall narrow one is a vertical line and is turned to read left to right."""
    width = round(float(max(np.linalg.norm(quad[0] - quad[1]), np.linalg.norm(quad[2] - quad[3]))))
    height = round(float(max(np.linalg.norm(quad[0] - quad[3]), np.linalg.norm(quad[1] - quad[2]))))
    if width < 1 or height < 1:
        return np.zeros((1, 1, 3), dtype=np.uint8)
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), target)
    flat = cv2.warpPerspective(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE, flags=cv2.INTER_CUBIC)
    return np.asarray(np.rot90(flat) if height >= width * 1.5 else flat, dtype=np.uint8)


def _resized_width(image: Image) -> int:
    return int(np.ceil(_HEIGHT * image.shape[1] / image.shape[0]))


def _batches(indices: Sequence[int], widths: Sequence[int]) -> list[list[tuple[int, int]]]:
    """(index, width) of crops ordered by width, a few of nearly one width together: the widest sets the cost of all."""
    batches: list[list[tuple[int, int]]] = []
    for index, width in zip(indices, widths, strict=True):
        full = bool(batches) and (len(batches[-1]) == _BATCH or (len(batches[-1]) + 1) * width > _BATCH_WIDTH)
        if batches and not full and width <= max(160, 1.2 * batches[-1][0][1]):
            batches[-1].append((index, width))
        else:
            batches.append([(index, width)])
    return batches


def _reading(text: str, score: Any, filled: float) -> Reading:
    """`filled` is the share of the batch's width that this crop takes up: the time steps run over the whole width."""
    probabilities, steps, count = score
    if not text.strip():
        return NOTHING
    places = tuple(min(1.0, (float(step) + 0.5) / count / filled) for step in steps)
    certainties = tuple(float(probability) for probability in probabilities)
    # Whether a gap is a space is a toss-up and no value depends on it; if it counted, each label with its value would be doubtful.
    counted = [certainty for certainty, character in zip(certainties, text, strict=True) if not character.isspace()]
    return Reading(text, sum(counted) / len(counted), min(counted), places, certainties)


def _is_chinese(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def _predictor_classes() -> tuple[Any, Any]:
    # PaddleX looks for model hosts and makes a cache folder when imported, unless told not to; and it logs every model it opens.
    os.environ["PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK"] = "True"
    for name in ("paddlex", "ppocr", "paddleocr"):
        logging.getLogger(name).setLevel(logging.ERROR)
    from paddleocr import TextDetection, TextRecognition

    for name in ("paddlex", "ppocr", "paddleocr"):
        logging.getLogger(name).setLevel(logging.ERROR)
    return TextDetection, TextRecognition
