"""What may come in: decided by content, not by name.  A refused file leaves nothing behind."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import IO, cast

import filetype
from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext as _

from config.errors import Invalid
from documents import inspection
from documents.inspection import Finding, Kind

MIB = 1024 * 1024
NAME_BYTES = 255


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept: cleaned name, true media type, its stream at the start."""

    name: str
    media_type: str
    stream: IO[bytes]
    has_text: bool


def _sentence(finding: Finding) -> str:
    return {
        Finding.ENCRYPTED: _("パスワードがかかっています。パスワードを解除して、もう一度選んでください。"),
        Finding.MACRO: _("マクロを含むファイルは登録できません。マクロのない形式で保存し直してください。"),
        Finding.BROKEN: _("ファイルが壊れているか、途中で切れています。元のファイルを開けるか確かめてください。"),
        Finding.BOMB: _("展開すると異常に大きくなるファイルです。登録できません。"),
        Finding.POLYGLOT: _("別の種類のデータが隠れています。元のソフトから保存し直してください。"),
        Finding.PATHS: _("中に不正な名前のデータがあります。元のソフトから保存し直してください。"),
        Finding.ENTITY: _("文書の中に外部参照の宣言があります。元のソフトから保存し直してください。"),
        Finding.ACTIVE: _("開くと動き出す仕掛け(埋込みプログラムなど)があります。PDFに印刷し直してください。"),
    }[finding]


def refuse(code: str, sentence: str) -> Invalid:
    """The refusal of an upload, placed at the field `upload`."""
    return Invalid(sentence, code=code, fields={"upload": [sentence]})


def clean_name(name: str) -> str:
    """A file's name as it is kept: composed characters, no folders, no control characters, at most 255 bytes.

    The ending survives the cut.  Raises Invalid when nothing is left.
    """
    text = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp")).strip(" .")
    if not text:
        raise refuse("no_name", _("ファイル名がありません。"))
    stem, dot, ending = text.rpartition(".")
    if not dot:
        stem, ending = text, ""
    tail = f"{dot}{ending}" if len(ending) <= 10 else ""
    while len((stem + tail).encode()) > NAME_BYTES:
        stem = stem[:-1]
    return stem + tail


def check(upload: File[bytes], *, already: int = 0) -> Checked:
    """Check a file; `already` is the size in bytes of the case's other attachments.

    Raises Invalid with a stable code: empty, too_large, case_too_large, unknown_type, wrong_ending, or a Finding.
    """
    name = clean_name(upload.name or "")
    size = upload.size
    if not size:
        raise refuse("empty", _("「%(name)s」は空のファイルです。") % {"name": name})
    if size > settings.MAX_FILE_BYTES:
        raise refuse(
            "too_large",
            _("「%(name)s」は%(size)sMBです。1つのファイルは%(limit)sMBまでです。")
            % {"name": name, "size": -(-size // MIB), "limit": settings.MAX_FILE_BYTES // MIB},
        )
    if already + size > settings.MAX_CASE_BYTES:
        raise refuse(
            "case_too_large",
            _("添付の合計が%(limit)sMBを超えます。分けるか、紙の別送にしてください。")
            % {"limit": settings.MAX_CASE_BYTES // MIB},
        )
    kind = _kind(name, upload)
    upload.seek(0)
    finding = inspection.inspect(kind, cast(IO[bytes], upload), size)
    if finding is not None:
        raise refuse(finding.value, _("「%(name)s」: %(why)s") % {"name": name, "why": _sentence(finding)})
    upload.seek(0)
    return Checked(name, kind.media_type, cast(IO[bytes], upload), kind.has_text)


def _kind(name: str, upload: File[bytes]) -> Kind:
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    by_name = inspection.KINDS.get(ending)
    if by_name is None or (by_name.legacy and not settings.LEGACY_OFFICE_ALLOWED):
        raise refuse(
            "unknown_type",
            _("「%(name)s」は登録できない種類です。PDF、Word、Excel、PowerPoint、画像、テキスト、CSVを選んでください。")
            % {"name": name},
        )
    upload.seek(0)
    head = upload.read(8192)
    guessed = filetype.guess(head)
    if not inspection.agrees(by_name, head, guessed.mime if guessed else None):
        raise refuse(
            "wrong_ending",
            _("「%(name)s」の中身は、名前の末尾(.%(ending)s)が示す種類ではありません。")
            % {"name": name, "ending": ending},
        )
    return by_name
