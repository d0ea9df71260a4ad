"""Hostile files, each made here byte by byte or by the usual libraries and then bent.  None is a stored sample."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from email.message import EmailMessage

from PIL import Image

from tests.documents import makers
from tests.documents.compound import compound

EXE = b"MZ\x90\x00" + bytes(60) + b"PE\0\0" + b"This program cannot be run in DOS mode" + bytes(200)
ELF = b"\x7fELF\x02\x01\x01" + bytes(200)
# The test file of the trade, kept in two pieces: whole, it would set off the scanner of whoever checks this out.
EICAR = base64.b64decode(b"WDVPIVAlQEFQWzRcUFpYNTQoUF4pN0NDKTd9JEVJQ0FSLVNUQU5E") + base64.b64decode(
    b"QVJELUFOVElWSVJVUy1URVNULUZJTEUhJEgrSCo="
)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], deflate: bool = True) -> bytes:
    """A ZIP archive of those entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED) as archive:
        for name, content in entries:
            archive.writestr(name, content, compress_type=archive.compression)
    return out.getvalue()


def nested_bomb() -> bytes:
    """Archives in archives, as 42.zip."""
    inner = zipped(("0.txt", bytes(5_000_000)))
    for level in range(3):
        inner = zipped(*((f"{level}-{n}.zip", inner) for n in range(4)))
    return inner


def flat_bomb() -> bytes:
    """One entry of 300 MB in 300 kB."""
    return zipped(("a.txt", bytes(300_000_000)))


def overlapping_bomb() -> bytes:
    """Many entries of the directory that share one set of bytes."""
    plain = zipped(("a.txt", bytes(1_000_000)))
    at = plain.index(b"PK\x01\x02")
    record = plain[at : plain.index(b"PK\x05\x06")]
    copies = b"".join(record.replace(b"a.txt", b"%c.txt" % letter) for letter in b"abcdefghijklmnopqrst")
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 20, 20, len(copies), at, 0)
    return plain[:at] + copies + end


def symlink() -> bytes:
    link = zipfile.ZipInfo("paper.txt")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    return zipped((link, b"/etc/passwd"))


def renamed_entry(old: str, new: bytes) -> bytes:
    """An archive whose two names of one entry differ, or hold what no library writes."""
    return zipped((old, b"text")).replace(old.encode(), new)


def two_names() -> bytes:
    """The directory says one name, the entry itself another."""
    plain = zipped(("paper.txt", b"text"))
    return plain.replace(b"paper.txt", b"evils.exe", 1)


def encrypted_zip() -> bytes:
    part = bytearray(zipped(("a.txt", b"secret")))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        part[part.index(mark) + at] |= 1
    return bytes(part)


def pdf_of(*objects: bytes, catalogue: bytes = b"", page: bytes = b"", count: int = 1) -> bytes:
    """A PDF of one page with a table of its objects."""
    whole = [
        b"<</Type/Catalog/Pages 2 0 R" + catalogue + b">>",
        b"<</Type/Pages/Kids[3 0 R]/Count %d>>" % count,
        b"<</Type/Page/Parent 2 0 R" + (page or b"/MediaBox[0 0 595 842]") + b">>",
        *objects,
    ]
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate(whole, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, start = len(whole) + 1, len(out)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % size
    return out + head + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, start)


def stream_object(attributes: bytes, content: bytes) -> bytes:
    return b"<<" + attributes + b"/Length %d>>stream\n" % len(content) + content + b"\nendstream"


def pdf_with_program() -> bytes:
    names = b"/Names<</EmbeddedFiles<</Names[(run.exe)4 0 R]>>>>"
    spec = b"<</Type/Filespec/F(run.exe)/UF(run.exe)/EF<</F 5 0 R>>>>"
    return pdf_of(spec, stream_object(b"/Type/EmbeddedFile", EXE), catalogue=names)


def pdf_with_packed_bomb() -> bytes:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()
    return pdf_of(stream_object(b"/Type/ObjStm/N 1/First 5/Filter/FlateDecode", packed))


def pdf_hidden_from_searchers() -> bytes:
    """The act stands between what looks like the borders of a stream and are comments."""
    return pdf_of(b"<<>> % >>stream", b"<</S/JavaScript/JS(x)>>", b"<<>> % endstream")


def pdf_of_many_pages() -> bytes:
    """Six thousand pages, each the same one."""
    kids = b" ".join([b"3 0 R"] * 6_000)
    return pdf_of().replace(b"/Kids[3 0 R]/Count 1", b"/Kids[" + kids + b"]/Count 6000")


def png_bomb(side: int = 60_000) -> bytes:
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + sort + body + struct.pack(">I", zlib.crc32(sort + body))
        for sort, body in ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    )


def png_with_page() -> bytes:
    """A picture with a page of HTML in its notes."""
    picture = makers.picture()
    body = b"Comment\0<html><script>alert(1)</script></html>"
    chunk = struct.pack(">I", len(body)) + b"tEXt" + body + struct.pack(">I", zlib.crc32(b"tEXt" + body))
    return picture[:33] + chunk + picture[33:]


def gif_bomb() -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0, 0, 0) + b"," + bytes(9) + b"\x02\x01\x00\x00;"


def tiff_bomb() -> bytes:
    """A picture of 60,000 by 60,000 dots in 200 bytes."""
    side = 60_000
    tags = [
        (256, 4, side),
        (257, 4, side),
        (258, 3, 1),
        (259, 3, 4),
        (262, 3, 0),
        (273, 4, 8),
        (278, 4, side),
        (279, 4, 4),
    ]
    entries = b"".join(struct.pack("<HHII", tag, sort, 1, value) for tag, sort, value in tags)
    return b"II*\0" + struct.pack("<I", 12) + bytes(4) + struct.pack("<H", len(tags)) + entries + bytes(4)


def jpeg2000() -> bytes:
    """The beginning of a JPEG 2000 of 60,000 by 60,000 dots."""
    header = struct.pack(">I4sIIHBBBB", 22, b"ihdr", 60_000, 60_000, 3, 7, 7, 0, 0)
    brand = struct.pack(">I4s4sI4s", 20, b"ftyp", b"jp2 ", 0, b"jp2 ")
    return b"\0\0\0\x0cjP  \r\n\x87\n" + brand + struct.pack(">I4s", 30, b"jp2h") + header


def office(*entries: tuple[str, bytes | str], base: bytes | None = None) -> bytes:
    """A real Word file with parts put in or replaced."""
    out = io.BytesIO()
    added = {name: content.encode() if isinstance(content, str) else content for name, content in entries}
    real = io.BytesIO(base or makers.word("伺い"))
    with zipfile.ZipFile(real) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name not in added:
                target.writestr(name, source.read(name))
        for name, content in added.items():
            target.writestr(name, content)
    return out.getvalue()


def relations(kind: str, target: str) -> str:
    """A part of relations with one that leads outside."""
    return (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{R}/{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    )


def word_body(inner: str) -> str:
    return f'<?xml version="1.0"?><w:document {W}><w:body><w:p>{inner}</w:p></w:body></w:document>'


def field(*pieces: str) -> str:
    """A field whose instruction is cut into runs, as hiders do."""
    return "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)


def entities(encoding: str = "utf-8", before: str = "") -> bytes:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    text = f'<?xml version="1.0" encoding="{encoding}"?>{before}<!DOCTYPE d [<!ENTITY l0 "x">{laughs}]>'
    return (text + word_body("&l8;").split("?>", 1)[1]).encode(encoding)


def external_entity() -> str:
    return (
        '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        + word_body("&x;").split("?>", 1)[1]
    )


def old_word(**streams: bytes) -> bytes:
    return compound(
        {"WordDocument": fib(), "1Table": bytes(4096)} | {k.replace("__", "/"): v for k, v in streams.items()}
    )


def fib(flags: int = 0) -> bytes:
    """The head of an old Word file."""
    return struct.pack("<HHHHHBB", 0xA5EC, 0xC1, 0, 0x411, 0, 0x12, flags) + bytes(900)


def old_sheet(*records: tuple[int, bytes]) -> bytes:
    begin = (0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    return compound(
        {"Workbook": b"".join(struct.pack("<HH", n, len(b)) + b for n, b in (begin, *records, (0x000A, b"")))}
    )


def odf(kind: str = "text", *entries: tuple[str, bytes], manifest: str = "", content: str = "<o/>") -> bytes:
    """An OpenDocument file with parts put in."""
    mimetype = zipfile.ZipInfo("mimetype")
    return zipped(
        (mimetype, f"application/vnd.oasis.opendocument.{kind}".encode()),
        ("content.xml", f'<?xml version="1.0"?>{content}'.encode()),
        ("META-INF/manifest.xml", f'<?xml version="1.0"?><m>{manifest}</m>'.encode()),
        *entries,
    )


def mail(name: str, content: bytes, sort: str = "octet-stream") -> bytes:
    """A mail with an enclosure."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.jp", "b@example.jp", "照会"
    message.set_content("本文")
    message.add_attachment(content, maintype="application", subtype=sort, filename=name)
    return message.as_bytes()


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((300, 200), 60).save(out, "JPEG")
    return out.getvalue()


def tiff() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((300, 200), 60).save(out, "TIFF")
    return out.getvalue()


def damaged_part() -> bytes:
    return zipped(("a.txt", b"abcdef"), deflate=False).replace(b"abcdef", b"abcdeX")


def pdf_with_packed_script() -> bytes:
    return makers.raw_pdf(makers.packed(b"8 0 <</S/JavaScript/JS(x)>>"))


def pdf_with_large_picture() -> bytes:
    return pdf_of(stream_object(b"/Type/XObject/Subtype/Image/Width 100000/Height 100000", b"x"))


def jpeg_with_php() -> bytes:
    return jpeg()[:2] + b"\xff\xfe\x00\x14<?php system(1);?>" + jpeg()[2:]


def excel_4_macro() -> bytes:
    return office(("xl/macrosheets/sheet1.xml", "<a/>"), base=makers.sheets(a=[[1]]))


def remote_template() -> bytes:
    return office(("word/_rels/settings.xml.rels", relations("attachedTemplate", "http://example.jp/a.dotm")))


def remote_picture() -> bytes:
    return office(("word/_rels/footer9.xml.rels", relations("image", "file://example.jp/a.png")))


def ole_package() -> bytes:
    return office(("word/embeddings/oleObject1.bin", compound({"\x01Ole10Native": EXE})))


def dde_field() -> bytes:
    return office(("word/document.xml", word_body(field("DD", "EAUTO c:\\\\cmd.exe"))))


def dde_link() -> bytes:
    return office(
        ("xl/externalLinks/externalLink1.xml", "<externalLink><ddeLink ddeService='cmd'/></externalLink>"),
        base=makers.sheets(a=[[1]]),
    )


def encrypted_package() -> bytes:
    return compound({"EncryptedPackage": b"x", "EncryptionInfo": b"x"})


def external_entity_part() -> bytes:
    return office(("word/document.xml", external_entity()))


def laughs_in_utf16() -> bytes:
    return office(("word/document.xml", entities("utf-16")))


def laughs_behind_a_comment() -> bytes:
    return office(("word/document.xml", entities(before=f"<!--{'x' * 9000}-->")))


def odf_with_listener() -> bytes:
    return odf(content='<o xmlns:script="s"><script:event-listener/></o>')


def encrypted_odf() -> bytes:
    return odf("spreadsheet", manifest="<manifest:encryption-data xmlns:manifest='m'/>")


def old_word_with_package() -> bytes:
    return compound({"WordDocument": fib(), "ObjectPool/_1/\x01Ole10Native": EXE})


def old_word_with_dde() -> bytes:
    return compound({"WordDocument": fib() + b"\x13DDEAUTO c:\\\\cmd.exe\x15"})


def encrypted_show() -> bytes:
    return compound({"PowerPoint Document": b"x", "Current User": bytes(12) + b"\xdf\xc4\xd1\xf3"})


def mail_with_macro() -> bytes:
    return mail("a.docx", office(("word/vbaProject.bin", b"x")))


def archive_with_program() -> bytes:
    return zipped(("資料/readme.txt", b"x"), ("run.exe", EXE))


def java_archive() -> bytes:
    return zipped(("META-INF/MANIFEST.MF", b"Main-Class: A"))
