"""What may come in: decided by content, not by name.  A refused file leaves nothing behind but a line of the ledger.

Everything here happens before a transaction begins: the look into the file runs in a child process that can be killed,
and the virus check asks another machine.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext as _

from config.commands import CommandDefect, in_command
from config.errors import Invalid
from documents import blobs, virus
from documents.convert.process import Unreadable, talk
from documents.inspection.kinds import KINDS, Finding, Kind, ending_of
from documents.models.record import ScanOutcome

MIB = 1024 * 1024
NAME_CHARACTERS = NAME_BYTES = 255
LOOK_SECONDS = 60
# Signs that no Windows folder takes, and marks that make a name read otherwise than it is.
_UNUSABLE = set('\\/:*?"<>|')
_TURNING = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_RESERVED = {"con", "prn", "aux", "nul", "clock$", *(f"{word}{n}" for word in ("com", "lpt") for n in range(10))}


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was looked into and may be kept: cleaned name, true media type, and what the virus check said.

    `kept` are its bytes where they lie in the store already.
    """

    name: str
    media_type: str
    size: int
    stream: IO[bytes]
    has_text: bool
    verdict: virus.Verdict
    kept: blobs.Kept | None = None


def _sentence(finding: Finding) -> str:
    return {
        Finding.UNKNOWN_TYPE: _(
            "登録できない種類です。PDF、Word、Excel、PowerPoint、OpenDocument、画像、テキスト、CSV、メール(.eml)、ZIPを選んでください。"
        ),
        Finding.WRONG_ENDING: _("中身が、名前の末尾が示す種類ではありません。元のソフトから保存し直してください。"),
        Finding.ENCRYPTED: _("パスワードがかかっています。パスワードを解除して、もう一度選んでください。"),
        Finding.MACRO: _("マクロを含むファイルは登録できません。マクロのない形式で保存し直してください。"),
        Finding.BROKEN: _("ファイルが壊れているか、途中で切れています。元のファイルを開けるか確かめてください。"),
        Finding.BOMB: _("展開すると異常に大きくなるファイルです。登録できません。"),
        Finding.POLYGLOT: _("別の種類のデータが隠れています。元のソフトから保存し直してください。"),
        Finding.PATHS: _("中に不正な名前のデータがあります。元のソフトから保存し直してください。"),
        Finding.ENTITY: _("文書の中に外部参照の宣言があります。元のソフトから保存し直してください。"),
        Finding.ACTIVE: _("開くと動き出す仕掛け(埋込みプログラムなど)があります。PDFに印刷し直してください。"),
        Finding.REMOTE: _(
            "開くと外から取り寄せる部品(ひな形や図のリンク)があります。リンクを解除して保存し直してください。"
        ),
    }[finding]


def refuse(code: str, sentence: str) -> Invalid:
    """The refusal of an upload, placed at the field `upload`."""
    return Invalid(sentence, code=code, fields={"upload": [sentence]})


def clean_name(name: str) -> str:
    """A file's name as it is kept: composed characters, no invisible ones, at most 255 bytes.

    The ending survives the cut.  Raises Invalid for a name that leads elsewhere, reads otherwise than it is, or cannot be
    used in a folder of Windows, where every person keeps what he takes out.
    """
    shown = shown_name(name)
    text = unicodedata.normalize("NFC", name)
    if len(text) > NAME_CHARACTERS:
        raise refuse("name_too_long", _("「%(name)s…」は名前が長すぎます。短くしてください。") % {"name": shown[:30]})
    if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or c in _TURNING for c in text):
        raise refuse(
            "bad_name",
            _("「%(name)s」の名前に、見えない制御文字があります。名前を付け直してください。") % {"name": shown},
        )
    if _UNUSABLE & set(text):
        raise refuse(
            "bad_name",
            _('「%(name)s」の名前に使えない記号があります(\\ / : * ? " < > |)。名前を付け直してください。')
            % {"name": shown},
        )
    text = "".join(c for c in text if unicodedata.category(c) != "Cf").strip(" .")
    if not text:
        raise refuse("no_name", _("ファイル名がありません。"))
    if text.split(".", 1)[0].strip().lower() in _RESERVED:
        raise refuse(
            "bad_name", _("「%(name)s」はWindowsで使えない名前です。名前を付け直してください。") % {"name": shown}
        )
    return _cut(text)


def _cut(text: str) -> str:
    stem, dot, ending = text.rpartition(".")
    if not dot:
        stem, ending = text, ""
    tail = f"{dot}{ending}" if len(ending) <= 10 else ""
    while len((stem + tail).encode()) > NAME_BYTES:
        stem = stem[:-1]
    return stem + tail


def shown_name(name: str) -> str:
    """A name as a sentence can quote it, whatever is in it."""
    return "".join("�" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in name)[
        :NAME_CHARACTERS
    ]


def check_room(name: str, size: int, *, already: int) -> None:
    """Whether a file of that size has room; `already` is the size in bytes of what the case holds.

    Raises Invalid with a stable code: empty, too_large, case_too_large.
    """
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
            _("「%(name)s」を足すと、添付の合計が%(limit)sMBを超えます。分けるか、紙の別送にしてください。")
            % {"name": name, "limit": settings.MAX_CASE_BYTES // MIB},
        )


def check_kind(name: str) -> Kind:
    """The kind that a name promises.  Raises Invalid for one that is not admitted."""
    kind = KINDS.get(ending_of(name))
    if kind is None or (kind.legacy and not settings.LEGACY_OFFICE_ALLOWED):
        raise _refused(name, Finding.UNKNOWN_TYPE, "")
    return kind


def check(upload: File[bytes], *, already: int = 0) -> Checked:
    """Look into a file; `already` is the size in bytes of the case's other attachments.

    Raises Invalid with a stable code: those of `clean_name` and `check_room`, a Finding, virus, not_scanned.  The stream of
    the answer is the upload's own.
    """
    if in_command():
        raise CommandDefect("a file is looked into before the transaction begins")
    name, size = clean_name(upload.name or ""), upload.size or 0
    check_room(name, size, already=already)
    check_kind(name)
    with _on_disk(upload) as path:
        kind = _look(name, path)
        with path.open("rb") as stream:
            verdict = virus.scan(stream)
    check_verdict(name, verdict)
    upload.seek(0)
    return Checked(name, kind.media_type, size, cast(IO[bytes], upload), kind.has_text, verdict)


def check_verdict(name: str, verdict: virus.Verdict) -> None:
    """Raises Invalid for an infected file, and for one that was not scanned where the settings refuse that."""
    if verdict.outcome is ScanOutcome.INFECTED:
        raise refuse(
            "virus",
            _("「%(name)s」からウイルスが見つかりました(%(signature)s)。情報セキュリティの担当に知らせてください。")
            % {"name": name, "signature": verdict.signature},
        )
    if verdict.outcome is ScanOutcome.NOT_SCANNED and not settings.UNSCANNED_ALLOWED:
        why = verdict.reason.label if verdict.reason else ""
        raise refuse(
            "not_scanned",
            _("「%(name)s」はウイルス検査ができないため、登録できません(%(why)s)。") % {"name": name, "why": why},
        )


def _look(name: str, path: Path) -> Kind:
    # The name may tell of a person, and a command line is seen by everybody on the machine.
    arguments = [ending_of(name), str(path), str(LOOK_SECONDS), "1" if settings.LEGACY_OFFICE_ALLOWED else "0"]
    try:
        with contextlib.closing(talk("documents.inspection.child", arguments, wall_seconds=LOOK_SECONDS + 30)) as lines:
            answer = next(lines)
    except (Unreadable, StopIteration):
        # It took all the time or memory there is: so it would in whatever opens it.
        raise _refused(name, Finding.BOMB, "") from None
    if "problem" in answer:
        raise _refused(name, Finding(answer["problem"]), str(answer["place"]))
    return KINDS[str(answer["kind"])]


def _refused(name: str, finding: Finding, place: str) -> Invalid:
    if place:
        words = {"name": name, "place": shown_name(place), "why": _sentence(finding)}
        return refuse(finding.value, _("「%(name)s」の中の「%(place)s」: %(why)s") % words)
    return refuse(finding.value, _("「%(name)s」: %(why)s") % {"name": name, "why": _sentence(finding)})


@contextlib.contextmanager
def _on_disk(upload: File[bytes]) -> Iterator[Path]:
    """The path of the bytes: where they lie already, or a copy that is gone afterwards."""
    lying = getattr(upload, "temporary_file_path", None)
    if lying is not None:
        yield Path(lying())
        return
    with tempfile.NamedTemporaryFile(prefix="kessai-look-") as copy:
        upload.seek(0)
        shutil.copyfileobj(upload, copy, MIB)
        copy.flush()
        yield Path(copy.name)
