"""A photograph of a flat sheet: crumpled, laid on a table, seen askew, in bad light, and compressed."""

from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.float32]
Corners = tuple[tuple[float, float], ...]

_FULL = 255.0
_MOST_PIXELS = 9_000_000
_TABLES = ((92, 70, 52), (130, 108, 84), (60, 62, 66), (168, 164, 158), (38, 44, 58))
_UPRIGHT, _ASKEW = 0.55, 0.8


@dataclass(frozen=True)
class Shot:
    """How a photograph is taken. Lengths are shares of the paper's width, strengths are from 0 to 1."""

    turn_degrees: float = 0.0
    perspective: float = 0.0
    crumple: float = 0.0
    fold: float = 0.0
    shadow: float = 0.0
    fading: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    table: float = 0.15
    pixels_wide: int = 1000
    jpeg_quality: int = 85


@dataclass(frozen=True)
class Photo:
    """`corners` are the paper's, in pixels, clockwise from the one where reading starts."""

    data: bytes
    corners: Corners


def shot(dice: Random) -> Shot:
    """As people photograph receipts: most upright, and each in one bad way or another."""
    return Shot(
        turn_degrees=_turn(dice),
        perspective=dice.choice((0.0, 0.03, 0.06, 0.1)) * dice.uniform(0.3, 1),
        crumple=dice.choice((0.0, 0.0, 0.5, 1.2)) * dice.uniform(0.3, 1),
        fold=dice.choice((0.0, 0.0, 0.7)) * dice.uniform(0.3, 1),
        shadow=dice.choice((0.0, 0.3, 0.6, 0.9)) * dice.uniform(0.3, 1),
        fading=dice.choice((0.0, 0.0, 0.4, 0.75)) * dice.uniform(0.3, 1),
        blur=dice.choice((0.0, 0.4, 0.8, 1.2)) * dice.uniform(0.3, 1),
        noise=dice.choice((0.1, 0.4, 1.0)) * dice.uniform(0.3, 1),
        table=dice.uniform(0.03, 0.4),
        pixels_wide=dice.choice((550, 700, 900, 1200, 1500)),
        jpeg_quality=dice.randint(40, 92),
    )


def photograph(paper: Image.Image, taken: Shot, dice: Random) -> Photo:
    """The sheet as this shot shows it; the same for the same dice."""
    grain = np.random.default_rng(dice.getrandbits(64))
    sheet = _sized(paper, taken)
    sheet = _faded(_crumpled(sheet, taken, grain), taken.fading)
    scene, corners = _seen(sheet, taken, dice, grain)
    scene = _lit(scene, taken.shadow, grain)
    scene = _blurred(scene, taken.blur, dice)
    scene += 14 * taken.noise * grain.standard_normal((*scene.shape[:2], 1), np.float32)
    return Photo(_compressed(scene, taken.jpeg_quality), corners)


def _turn(dice: Random) -> float:
    """By hand, by any angle, and now and then by a quarter or a half."""
    chance = dice.random()
    if chance < _UPRIGHT:
        turn = dice.uniform(-4, 4)
    elif chance < _ASKEW:
        turn = dice.uniform(-20, 20)
    else:
        turn = dice.uniform(-180, 180)
    return turn + 90 * dice.choice((1, 2, 3)) * (dice.random() < 0.12)


def _sized(paper: Image.Image, taken: Shot) -> Pixels:
    """As wide as it is to be, but for a frame of more pixels than a camera has."""
    tall = paper.height / paper.width
    frame = (1 + tall + 2 * taken.table) ** 2 / 2 if taken.turn_degrees else tall
    width = min(taken.pixels_wide, int((_MOST_PIXELS / frame) ** 0.5))
    smooth = Image.Resampling.LANCZOS
    return np.asarray(paper.convert("RGB").resize((width, round(width * tall)), smooth), np.float32)


def _crumpled(sheet: Pixels, taken: Shot, grain: np.random.Generator) -> Pixels:
    """Displaced and shaded along smooth random hills, and darker at its folds."""
    height, width = sheet.shape[:2]
    if taken.crumple:
        hills = _hills((height, width), max(6, int(5 * height / width)), grain)
        slope_y, slope_x = np.gradient(hills)
        steep = max(1e-6, float(np.abs(slope_x).max()), float(np.abs(slope_y).max()))
        far = 0.006 * width * taken.crumple
        xs, ys = np.meshgrid(
            np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
        )
        across, down = (
            (slope_x / steep * far).astype(np.float32),
            (slope_y / steep * far).astype(np.float32),
        )
        sheet = cv2.remap(
            sheet, xs + across, ys + down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        sheet = sheet * (1 + 0.22 * taken.crumple * (slope_x + slope_y) / (2 * steep))[..., None]
    if taken.fold:
        at = grain.integers(height // 4, 3 * height // 4)
        rows = np.arange(height, dtype=np.float32)
        crease = np.exp(-(((rows - at) / (0.006 * width + 1)) ** 2))
        sheet = sheet * (1 - 0.5 * taken.fold * crease)[:, None, None]
    return sheet.astype(np.float32)


def _hills(size: tuple[int, int], count: int, grain: np.random.Generator) -> Pixels:
    coarse = grain.standard_normal((count, 6), np.float32)
    return cv2.resize(coarse, size[::-1], interpolation=cv2.INTER_CUBIC)


def _faded(sheet: Pixels, fading: float) -> Pixels:
    """Ink comes nearer to its paper."""
    paper = np.percentile(sheet[::8, ::8], 95, axis=(0, 1)).astype(np.float32)
    return paper + (sheet - paper) * np.float32(1 - 0.85 * fading)


def _seen(
    sheet: Pixels, taken: Shot, dice: Random, grain: np.random.Generator
) -> tuple[Pixels, Corners]:
    """On a table, turned and from a side; the frame holds all of the paper."""
    height, width = sheet.shape[:2]
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    shift = taken.perspective * width
    pulled = flat + np.array([[dice.uniform(-shift, shift) for _ in range(2)] for _ in range(4)])
    angle = np.deg2rad(taken.turn_degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    turned = pulled @ turn
    edge = taken.table * width
    corners = (turned - turned.min(axis=0) + edge).astype(np.float32)
    frame = np.ceil(corners.max(axis=0) + edge).astype(int)
    lens = cv2.getPerspectiveTransform(flat, corners)
    size = (int(frame[0]), int(frame[1]))
    scene = _table(size, dice, grain)
    seen = cv2.warpPerspective(sheet, lens, size, flags=cv2.INTER_AREA)
    covered = cv2.warpPerspective(np.ones((height, width), np.float32), lens, size)
    cast = cv2.GaussianBlur(covered, (0, 0), max(1.0, 0.012 * width))
    scene = scene * (1 - 0.35 * cast)[..., None]
    mask = covered[..., None]
    return (scene * (1 - mask) + seen * mask).astype(np.float32), tuple(
        map(tuple, corners.tolist())
    )


def _table(size: tuple[int, int], dice: Random, grain: np.random.Generator) -> Pixels:
    """Wood, cloth or stone: a colour with coarse and fine unevenness, streaked or not."""
    width, height = size
    colour = dice.choice(_TABLES)
    cells = (24, 3) if dice.random() < 0.5 else (12, 12)
    coarse = cv2.resize(
        grain.standard_normal(cells, np.float32), size, interpolation=cv2.INTER_CUBIC
    )
    fine = grain.standard_normal((height, width), np.float32)
    return np.asarray(colour, np.float32) + (9 * coarse + 3 * fine)[..., None]


def _lit(scene: Pixels, shadow: float, grain: np.random.Generator) -> Pixels:
    """Light falls off to a side, and something stands in it."""
    height, width = scene.shape[:2]
    angle, edge = grain.uniform(0, 2 * np.pi), grain.uniform(-0.5, 0.5)
    xs = np.linspace(-1, 1, width, dtype=np.float32) * np.float32(np.cos(angle))
    ys = np.linspace(-1, 1, height, dtype=np.float32) * np.float32(np.sin(angle))
    across = xs + ys[:, None]
    gradient = 1 - 0.3 * shadow * (across + 1) / 2
    thrown = 1 - 0.55 * shadow / (1 + np.exp(-(across - edge) * 12))
    return scene * (gradient * thrown)[..., None]


def _blurred(scene: Pixels, blur: float, dice: Random) -> Pixels:
    """Out of focus, or the hand moved."""
    if blur == 0:
        return scene
    if dice.random() < 0.7:
        return cv2.GaussianBlur(scene, (0, 0), 0.3 + 1.3 * blur)
    length = 1 + 2 * round(2.5 * blur)
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1 / length
    turned = cv2.getRotationMatrix2D((length // 2, length // 2), dice.uniform(0, 180), 1)
    kernel = cv2.warpAffine(kernel, turned, (length, length))
    return cv2.filter2D(scene, -1, kernel / max(1e-6, float(kernel.sum())))


def _compressed(scene: Pixels, quality: int) -> bytes:
    pixels = np.clip(scene, 0, _FULL).astype(np.uint8)[..., ::-1]
    done, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return data.tobytes()
