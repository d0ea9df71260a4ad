"""Reading BPMN: encodings, what is refused unread, places of everything, nothing of a file lost."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflow.drawn import FOOT, HEAD, xml
from workflow.bpmn.encoding import in_utf8
from workflow.bpmn.model import BPMN, KESSAI, Finding
from workflow.bpmn.parser import MAX_BYTES, MAX_DEPTH, ParseResult, parse
from workflow.bpmn.places import starts

pytestmark = pytest.mark.pure

FLOWS = ("start > draft", "draft > end")
NAMED = xml(*FLOWS).replace('<userTask id="draft"', '<userTask id="draft" name="起案①㈱―髙"')


def declared(encoding: str, text: str = NAMED) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>\n{text}'


def only(result: ParseResult) -> Finding:
    """The one finding of a file that could not be read, with a place and sentences."""
    (finding,) = result.findings
    assert result.definitions is None and finding.level == "error" and finding.ja and finding.en
    return finding


def place(result: ParseResult) -> tuple[str, int, int]:
    finding = only(result)
    return finding.code, finding.line, finding.column


GOOD = {
    "UTF-8, nothing declared": NAMED.encode(),
    "UTF-8 declared": declared("UTF-8").encode(),
    "utf-8 declared, small letters": declared("utf-8").encode(),
    "UTF-8 with a mark": declared("UTF-8").encode("utf-8-sig"),
    "UTF-16 with a mark": declared("UTF-16").encode("utf-16"),
    "UTF-16 with a mark, big end first": codecs.BOM_UTF16_BE + declared("UTF-16").encode("utf-16-be"),
    "UTF-16 without a mark": declared("UTF-16").encode("utf-16-le"),
    "UTF-16 without a mark, big end first": declared("UTF-16").encode("utf-16-be"),
    "UTF-16, nothing declared": NAMED.encode("utf-16"),
    "CP932 declared": declared("CP932").encode("cp932"),
    "Windows-31J declared": declared("Windows-31J").encode("cp932"),
    "Shift_JIS declared, with signs of Microsoft's": declared("Shift_JIS").encode("cp932"),
    "x-sjis declared": declared("x-sjis").encode("cp932"),
    "single quotes": declared("CP932").replace('"CP932"', "'CP932'").encode("cp932"),
}


@pytest.mark.parametrize("content", GOOD.values(), ids=GOOD)
def test_encodings_are_read_and_places_are_those_of_characters(content: bytes) -> None:
    result = parse(content)
    assert result.definitions is not None and result.findings == ()
    draft = result.definitions.processes[0].elements["draft"]
    assert draft.name == "起案①㈱―髙"
    first = 1 if b"?xml" in content.replace(b"\0", b"") else 0
    assert (draft.line, draft.column) == (4 + first, 1)
    assert "起案①㈱―髙" in in_utf8(content).decode()
    assert parse(in_utf8(content)).definitions is not None


def test_older_japanese_encodings_are_read() -> None:
    for encoding in ("EUC-JP", "ISO-2022-JP"):
        text = declared(encoding, xml(*FLOWS).replace('id="draft"/>', 'id="draft" name="起案"/>'))
        definitions = parse(text.encode(encoding)).definitions
        assert definitions is not None and definitions.processes[0].elements["draft"].name == "起案"


def test_a_file_in_utf_8_stays_byte_for_byte() -> None:
    for content in (GOOD["UTF-8 declared"], GOOD["UTF-8 with a mark"]):
        assert in_utf8(content) == content


BAD = {
    "UTF-8 said, CP932 meant": (declared("UTF-8").encode("cp932"), "encoding_mismatch"),
    "nothing said, CP932 meant": (NAMED.encode("cp932"), "encoding_mismatch"),
    "CP932 said, UTF-8 meant": (declared("CP932").encode(), "encoding_mismatch"),
    "UTF-16 said, UTF-8 meant": (declared("UTF-16").encode(), "encoding_mismatch"),
    "ASCII said, UTF-8 meant": (declared("US-ASCII").encode(), "encoding_mismatch"),
    "half a sign of UTF-16": (declared("UTF-16").encode("utf-16") + b"\0", "encoding_mismatch"),
    "broken UTF-8 with a mark": (codecs.BOM_UTF8 + b"<a>\xff</a>", "encoding_mismatch"),
    "unknown": (declared("klingon").encode(), "encoding"),
    "UTF-7, which hides signs": (declared("utf-7").encode("utf-7"), "encoding"),
    "slow ones of Python": (declared("punycode").encode("ascii", "replace") + b"-" + b"a" * 300_000, "encoding"),
    "no text at all": (declared("base64").encode(), "encoding"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "code"), BAD.values(), ids=BAD)
def test_wrong_encodings_are_told(content: bytes, code: str) -> None:
    assert place(parse(content)) == (code, 1, 1)
    assert "UTF-8" in only(parse(content)).ja


ENTITY = '<!DOCTYPE a [<!ENTITY b "c">]>'
DOCTYPES = {
    "plain": ("<!DOCTYPE html>\n" + NAMED, 1, 1),
    "small letters": ("<!doctype html>\n" + NAMED, 1, 1),
    "behind a declaration": (declared("UTF-8", ENTITY + NAMED), 2, 1),
    "behind a comment": ("<!-- < \n -->\n  " + ENTITY + NAMED, 3, 3),
    "behind an instruction": ('<?a b="<"?>\r\n\r\n<!-- 注 --> ' + ENTITY + NAMED, 3, 12),
    "old line ends": ("<!-- -->\r\r " + ENTITY + NAMED, 3, 2),
    "external": ('<!DOCTYPE a SYSTEM "file:///etc/passwd">' + NAMED, 1, 1),
    "many in one": ('<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>' + NAMED, 1, 1),
}


@pytest.mark.parametrize(("text", "line", "column"), DOCTYPES.values(), ids=DOCTYPES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_declarations_of_types_are_refused_unread(text: str, line: int, column: int, encoding: str) -> None:
    said = text.replace("UTF-8", encoding.removesuffix("-sig"))
    assert place(parse(said.encode(encoding))) == ("doctype", line, column)


def test_two_readers_cannot_be_played_against_each_other() -> None:
    hidden = declared("UTF-16", ENTITY + NAMED).encode()
    assert place(parse(hidden))[0] == "encoding_mismatch"
    for encoding in ("cp932", "iso-2022-jp"):
        text = declared(encoding, ENTITY + NAMED.replace("①㈱―髙", ""))
        assert place(parse(text.encode(encoding))) == ("doctype", 2, 1)


def test_entities_without_a_declaration_are_no_xml() -> None:
    text = NAMED.replace('id="end"', 'id="end" name="&passwd;"')
    assert place(parse(text.encode()))[0] == "not_xml"
    plain = NAMED.replace('id="end"', 'id="end" name="&lt;&#x6c7a;&quot;"')
    definitions = parse(plain.encode()).definitions
    assert definitions is not None and definitions.processes[0].elements["end"].name == '<決"'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ("not_xml", 1, 1)),
        (b"\0", ("not_xml", 1, 1)),
        ("これは文".encode(), ("not_xml", 1, 1)),
        (b"%PDF-1.7", ("not_xml", 1, 1)),
        ("<a>\n <日本語>日本&無;</日本語></a>".encode(), ("not_xml", 2, 12)),
        (b"<a>\n<b>\n</a>", ("not_xml", 3, 5)),
        (b"<a x='1' x='2'/>", ("not_xml", 1, 15)),
        (b"<b:a/>", ("not_xml", 1, 5)),
        (b"<html/>", ("not_bpmn", 1, 1)),
        (b"<?xml version='1.0'?>\n\n  <definitions/>", ("not_bpmn", 3, 3)),
        (NAMED.replace(BPMN, BPMN + "2").encode(), ("not_bpmn", 1, 1)),
    ],
)
def test_other_files_are_refused_with_a_place(content: bytes, expected: tuple[str, int, int]) -> None:
    assert place(parse(content)) == expected


def test_files_are_bounded_in_size() -> None:
    filled = NAMED + " " * (MAX_BYTES - len(NAMED.encode()))
    assert parse(filled.encode()).definitions is not None
    assert only(parse(filled.encode() + b" ")).code == "too_large"
    assert only(parse(NAMED.encode(), max_bytes=10)).code == "too_large"


def test_files_are_bounded_in_depth() -> None:
    def nested(depth: int) -> bytes:
        inner = "<a>" * depth + "</a>" * depth
        return (HEAD + f"\n <extensionElements>{inner}</extensionElements>" + FOOT).encode()

    assert parse(nested(MAX_DEPTH - 3)).definitions is not None
    opening = len(" <extensionElements>") + 1
    assert place(parse(nested(MAX_DEPTH - 2))) == ("too_deep", 4, opening + (MAX_DEPTH - 3) * len("<a>"))
    assert place(parse(nested(5_000)))[0] == "too_deep"


def test_places_are_where_tags_begin_whatever_stands_between() -> None:
    text = HEAD + (
        '<!-- <startEvent> -->\n  <![CDATA[<a>]]><?x <b>?>\r\n'
        '\t<startEvent\n id="start"\n/><userTask id="日本" name="a &gt; b"/>\r<endEvent id="end"/>\n'
    ) + FOOT  # fmt: skip
    definitions = parse(text.encode()).definitions
    assert definitions is not None
    found = {e.id: (e.line, e.column) for e in definitions.processes[0].elements.values()}
    assert found == {"start": (5, 2), "日本": (7, 3), "end": (8, 1)}


def test_nothing_of_a_file_is_lost() -> None:
    text = HEAD.replace("<process", f'<process xmlns:k="{KESSAI}" xmlns:o="urn:other" k:owner="総務"') + (
        '<extensionElements><o:thing o:a="1">文<o:inner/>後</o:thing></extensionElements>'
        '<dataObject id="data" name="申請 額"/><property id="own" name="件名"/><dataObject id="nameless"/>'
        '<startEvent id="start"/>'
        '<userTask id="t" k:itemKind="draft" o:colour="red"><documentation>説明</documentation></userTask>'
        '<endEvent id="end"/>'
        '<sequenceFlow id="f" name="はい" sourceRef="start" targetRef="t">'
        '<conditionExpression> x &gt; 1 </conditionExpression>'
        '</sequenceFlow><sequenceFlow id="g" sourceRef="t" targetRef="end"/>'
        "</process><o:beside xmlns:o='urn:other'/><process id='second'>"
    ) + FOOT  # fmt: skip
    definitions = parse(text.encode()).definitions
    assert definitions is not None and definitions.id == "definitions"
    assert [process.id for process in definitions.processes] == ["process", "second"]
    process = definitions.process("process")
    assert process is not None and definitions.process("third") is None
    assert list(process.elements) == ["start", "t", "end"] and list(process.flows) == ["f", "g"]
    task, flow = process.elements["t"], process.flows["f"]
    assert (task.extension("itemKind"), task.extension("nothing")) == ("draft", "")
    assert task.attributes["{urn:other}colour"] == "red"
    assert (task.incoming, task.outgoing) == (("f",), ("g",))
    documentation = task.node.child("documentation")
    assert documentation is not None and documentation.text == "説明"
    assert (flow.condition, flow.name, flow.is_default) == ("x > 1", "はい", False)
    assert process.names == {"申請 額", "件名"}
    kept = process.node.child("extensionElements")
    assert kept is not None
    thing = kept.children[0]
    assert (thing.namespace, thing.attributes["{urn:other}a"], thing.text) == ("urn:other", "1", "文")
    assert thing.children[0].tail == "後" and thing.prefixes["o"] == "urn:other"
    assert [node.name for node in definitions.root.children] == ["process", "beside", "process"]


def test_what_has_no_id_is_told_with_its_place() -> None:
    text = HEAD.replace(' id="process"', "") + "<startEvent/>\n <sequenceFlow/><laneSet/><documentation/>\n" + FOOT
    result = parse(text.encode())
    assert [(f.code, f.line, f.column) for f in result.findings][:2] == [("no_id", 2, 1), ("no_id", 3, 1)]
    assert result.definitions is not None
    assert [f.ja for f in result.findings][1] == "「startEvent」にidがありません。"


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    assert only(parse(content)).code


@given(
    st.lists(
        st.sampled_from(
            ["<a>", "</a>", "<!--", "-->", "<![CDATA[", "]]>", "<?x", "?>", "<!DOCTYPE", " >", "文", "\r\n"]
        )
    )
)
def test_no_mixture_of_marks_breaks_the_reader(parts: list[str]) -> None:
    text = "".join(parts)
    assert parse(text.encode()).findings
    assert parse((HEAD + text + FOOT).encode()) is not None
    assert all(line >= 1 and column >= 1 for line, column in starts(text))
