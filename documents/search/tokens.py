"""One token stream for every database.  Pure.

Text is folded (widths, cases, radicals, variants, dashes); then runs of ASCII letters and digits are words, and every
other run gives its two-character pieces and its last character.  A word of a query becomes the same tokens in a row, as a
phrase, whose last single character is matched as a prefix: no word list, nothing missed, nothing found in excess.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# What NFKC leaves apart although one reader means the other (PDF producers, registers of names).
_VARIANTS = str.maketrans(
    {
        "髙": "高", "﨑": "崎", "邊": "辺", "邉": "辺", "齋": "斎", "齊": "斉", "濵": "浜", "濱": "浜", "澤": "沢",
        "廣": "広", "國": "国", "嶋": "島", "嶌": "島", "櫻": "桜", "栁": "柳", "德": "徳", "惠": "恵", "眞": "真",
        "瀨": "瀬", "塚": "塚", "淸": "清", "曾": "曽", "龍": "竜", "會": "会", "學": "学", "縣": "県", "區": "区",
        "⺅": "亻", "⻑": "長", "⺠": "民", "⻄": "西", "⻘": "青", "⻝": "食", "⻟": "飠", "⻩": "黄", "⻫": "斉",
        "⻭": "歯", "⻯": "竜", "⻲": "亀", "⺟": "母", "⻖": "阝", "⻌": "辶", "⻁": "虎", "⻤": "鬼", "⻣": "骨",
        "⺼": "肉", "⺝": "月", "⺒": "巳", "⺌": "小", "⺨": "犭", "⺫": "目", "⺬": "示", "⺮": "竹", "⺷": "羊",
        "⺹": "老", "⺾": "艹", "⻂": "衤", "⻆": "角", "⻍": "辶", "⻎": "辶", "⻏": "阝", "⻢": "馬", "⻥": "魚",
        "⻦": "鳥", "⻨": "麦", "⻪": "黽", "⻬": "斉", "⻮": "歯", "⻰": "竜", "⻳": "亀",
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "〜": "~", "゠": "=",
    }
)  # fmt: skip
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\u200b-\u200f\u2060\ufeff\u00ad]")
# Signs that no reader sees and databases refuse: control characters but blanks, halves of surrogate pairs.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
# PostgreSQL has no words beyond 2 kB: longer ones (keys, encoded data) are cut alike in texts and queries.
_WORD = re.compile(r"[0-9a-z]{1,200}")
_BLANK_BETWEEN = re.compile(r"(?<=[^\x00-\x7f\s])\s+(?=[^\x00-\x7f\s])")


def fold(text: str) -> str:
    """The form in which texts are compared: NFKC, lower case, variants and radicals united, OCR's blanks removed."""
    text = _SELECTORS.sub("", _UNSEEN.sub("", text.translate(_VARIANTS)))
    # Lower case may leave signs decomposed, so that they are composed once more.
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    text = _BLANK_BETWEEN.sub("", _SELECTORS.sub("", text.translate(_VARIANTS)))
    # A mark that stood alone behind a blank now stands behind a letter.
    return unicodedata.normalize("NFKC", text)


def _runs(folded: str) -> list[tuple[bool, str]]:
    """(is a word of ASCII letters and digits, run) in order; blanks and control characters part runs."""
    runs: list[tuple[bool, str]] = []
    for piece in folded.split():
        at = 0
        for found in _WORD.finditer(piece):
            if found.start() > at:
                runs.append((False, piece[at : found.start()]))
            runs.append((True, found.group()))
            at = found.end()
        if at < len(piece):
            runs.append((False, piece[at:]))
    return runs


def tokens(text: str) -> list[str]:
    """The tokens of a text, in order."""
    out: list[str] = []
    for word, run in _runs(fold(text)):
        if word:
            out.append(run)
        else:
            out += [run[i : i + 2] for i in range(len(run) - 1)]
            out.append(run[-1])
    return out


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens that must stand in a row; with `prefix` the last one may be the beginning of a token."""

    tokens: tuple[str, ...]
    prefix: bool
    text: str  # folded, as it must stand in the text


def phrase(text: str) -> Phrase | None:
    """One searched word as a phrase, or None when nothing in it can be searched.

    Inside the word the single last characters of runs are left out where the run goes on into the next token of the same
    kind; before a change of kind they stand, because the text has them there too.
    """
    folded = fold(text).strip()
    runs = _runs(folded)
    if not runs:
        return None
    out: list[str] = []
    prefix = False
    for number, (word, run) in enumerate(runs):
        last = number == len(runs) - 1
        if word:
            out.append(run)
            continue
        out += [run[i : i + 2] for i in range(len(run) - 1)]
        if not last:
            out.append(run[-1])
        elif len(run) == 1:
            out.append(run)
            prefix = True
    return Phrase(tuple(out), prefix, folded)


@dataclass(frozen=True, slots=True)
class Query:
    """What a person typed: all of `wanted`, none of `unwanted`."""

    wanted: tuple[Phrase, ...]
    unwanted: tuple[Phrase, ...]


_TERM = re.compile(r'(-?)"([^"]*)"|(-?)(\S+)')


def parse(text: str) -> Query:
    """A query: words parted by blanks must all occur, "…" keeps blanks, a leading - excludes.  Never an error."""
    wanted: list[Phrase] = []
    unwanted: list[Phrase] = []
    normal = unicodedata.normalize("NFKC", text).replace("“", '"').replace("”", '"')
    for minus, quoted, bare_minus, bare in _TERM.findall(normal):
        made = phrase(quoted or bare.strip('"'))
        if made is not None:
            (unwanted if minus or bare_minus else wanted).append(made)
    return Query(tuple(wanted), tuple(unwanted))
