"""What can befall the parts of a workbook or a PDF once they are unpacked: each a kind of damage.

A damage changes a dictionary of parts at a `Place`. Where nothing is to be found that it could harm, it does
nothing.
"""

import re
from collections.abc import Callable, Iterator

from measure.fuzz.mutations import MUTATIONS, STEPS, Place, to_bytes, to_text

Parts = dict[str, bytes]
Damage = Callable[[Parts, Place], None]
Found = re.Match[bytes]
LARGE = 5_000


def one_of(where: str, pattern: bytes, change: Callable[[Found, Place], bytes]) -> Damage:
    """Change one of the places in some of the parts where a pattern is found."""

    def damage(parts: Parts, place: Place) -> None:
        places = list(_places(parts, where, pattern))
        if places:
            name, found = places[place.pick(len(places))]
            parts[name] = parts[name][: found.start()] + change(found, place) + parts[name][found.end() :]

    return damage


def lost(where: str, pattern: bytes) -> Damage:
    """Take one of the places away."""
    return one_of(where, pattern, lambda *_: b"")


def repeated(where: str, pattern: bytes) -> Damage:
    """Write one of the places twice."""
    return one_of(where, pattern, lambda found, _: found[0] * 2)


def by_one_of(where: str, pattern: bytes, *texts: bytes) -> Damage:
    """Write one of some texts in one of the places; they may name groups of the pattern."""
    return one_of(where, pattern, lambda found, place: found.expand(_chosen(texts, place)))


def exchanged(where: str, pattern: bytes) -> Damage:
    """Exchange the first groups of two of the places."""

    def damage(parts: Parts, place: Place) -> None:
        places = list(_places(parts, where, pattern))
        if not places:
            return
        one, other = places[place.pick(len(places))], places[place.other(len(places))]
        for name, found in sorted({one, other}, key=lambda at: at[1].start(1), reverse=True):
            start, end = found.span(1)
            text = one[1][1] if (name, found) == other else other[1][1]
            parts[name] = parts[name][:start] + text + parts[name][end:]

    return damage


def moved(where: str, pattern: bytes) -> Damage:
    """Take one of the places away and write it before another."""

    def damage(parts: Parts, place: Place) -> None:
        places = list(_places(parts, where, pattern))
        if not places:
            return
        name, found = places[place.pick(len(places))]
        parts[name] = parts[name][: found.start()] + parts[name][found.end() :]
        places = list(_places(parts, where, pattern))
        if places:
            name, other = places[place.other(len(places))]
            parts[name] = parts[name][: other.start()] + found[0] + parts[name][other.start() :]

    return damage


def in_bytes(where: str, kind: str) -> Damage:
    """Do to the bytes of a part what befalls those of a file."""

    def damage(parts: Parts, place: Place) -> None:
        # A large part is struck more often, but for pictures and fonts, which are larger than all others.
        shares = ((name, min(len(parts[name]), LARGE)) for name in parts if re.search(where, name))
        names = [name for name, share in shares for _ in range(0, share, LARGE // 10)]
        if not names:
            return
        name = names[place.other(len(names))]
        parts[name] = to_bytes(MUTATIONS[kind].mutate(to_text(parts[name]), place))

    return damage


def part_lost(where: str) -> Damage:
    """Take a part away."""

    def damage(parts: Parts, place: Place) -> None:
        names = [name for name in parts if re.search(where, name)]
        if not names:
            return
        del parts[names[place.pick(len(names))]]

    return damage


def parts_exchanged(where: str) -> Damage:
    """Exchange two parts."""

    def damage(parts: Parts, place: Place) -> None:
        names = [name for name in parts if re.search(where, name)]
        if not names:
            return
        one, other = names[place.pick(len(names))], names[place.other(len(names))]
        parts[one], parts[other] = parts[other], parts[one]

    return damage


def _places(parts: Parts, where: str, pattern: bytes) -> Iterator[tuple[str, Found]]:
    compiled = re.compile(pattern, re.DOTALL)
    for name, part in parts.items():
        if re.search(where, name):
            yield from ((name, found) for found in compiled.finditer(part))


def _chosen(texts: tuple[bytes, ...], place: Place) -> bytes:
    return texts[place.what * len(texts) // STEPS]


def _one_page_less(kids: bytes, place: Place) -> bytes:
    """Take a page from the list of pages, and from its count."""
    pages = re.findall(rb"\d+ 0 R", kids.partition(b"]")[0])
    kids = kids.replace(pages[place.other(len(pages))] + b" ", b"", 1)
    return re.sub(rb"/Count \d+", b"/Count %d" % (len(pages) - 1), kids)


INVISIBLE = tuple(
    character.encode() for character in "\u00ad\u200b\u2060\ufeff\u202e\u00a0\u2009\u3000\u0661\u0430"
)
LETTERS = tuple(bytes([code]) for code in b"aeinrst IO0123456789*-.,")
NUMBERS = (
    b"0",
    b"1",
    b"-5",
    b"2.5",
    b"1e3",
    b"1E+400",
    b"12.0",
    b" 12 ",
    b"0012",
    b"",
    b"NaN",
    b"12345678901",
)
SHEET, BOOK, TEXTS = r"xl/worksheets/", r"xl/workbook\.xml$", r"sharedStrings|worksheets"
CELL, ROW = rb"<c [^>]*?(?:/>|>.*?</c>)", rb"<row .*?</row>"
WORKBOOK_DAMAGE: dict[str, Damage] = {
    "byte of a part flipped": in_bytes("", "byte flipped"),
    "bytes of a part deleted": in_bytes("", "bytes deleted"),
    "bytes of a part repeated": in_bytes("", "bytes repeated"),
    "part cut": in_bytes("", "truncated"),
    "part lost": part_lost(""),
    "sheets exchanged in the ZIP": parts_exchanged(SHEET),
    "parts exchanged": parts_exchanged(""),
    "digit changed": by_one_of(
        SHEET, rb"(?<=<v>)(\d*?)\d(?=\d*</v>)", *(rb"\g<1>" + digit for digit in LETTERS[11:20])
    ),
    "letter changed": by_one_of(
        TEXTS, rb"(?<=<t>)([^<]*?)[^<](?=[^<]*</t>)", *(rb"\g<1>" + letter for letter in LETTERS)
    ),
    "letters exchanged": exchanged(TEXTS, rb"<t>[^<]*?([^<])[^<]*</t>"),
    "invisible character inserted": by_one_of(TEXTS, rb"<t>[^<]?", *(rb"\g<0>" + text for text in INVISIBLE)),
    "number in another form": by_one_of(SHEET, rb"<v>[^<]*</v>", *(b"<v>%s</v>" % text for text in NUMBERS)),
    "number lost": lost(SHEET, rb"<v>[^<]*</v>"),
    "numbers exchanged": exchanged(SHEET, rb"<v>([^<]*)</v>"),
    "text lost": lost(TEXTS, rb"<t>[^<]*</t>"),
    "texts exchanged": exchanged(TEXTS, rb"<t>([^<]*)</t>"),
    "cell lost": lost(SHEET, CELL),
    "cell repeated": repeated(SHEET, CELL),
    "cells exchanged": exchanged(SHEET, rb"(%s)" % CELL),
    "cell moved": moved(SHEET, CELL),
    "address changed": by_one_of(
        SHEET, rb'(<c r=")[A-Z]+(\d+)"', rb'\1B\2"', rb'\1C\2"', rb'\1F\2"', rb'\1C10"', rb"<c "
    ),
    "row lost": lost(SHEET, ROW),
    "row repeated": repeated(SHEET, ROW),
    "rows exchanged": exchanged(SHEET, rb"(%s)" % ROW),
    "row moved": moved(SHEET, ROW),
    "row number changed": by_one_of(
        SHEET, rb'<row r="\d+"', b'<row r="9"', b'<row r="40"', b"<row", b'<row r="0"'
    ),
    "kind of cell changed": by_one_of(
        SHEET, rb't="\w+"', b't="n"', b't="s"', b't="str"', b't="b"', b't="e"', b't="d"', b""
    ),
    "format changed": by_one_of(
        SHEET, rb'(<c r="\w+")(?: s="\d+")?', rb'\1 s="1"', rb'\1 s="99"', rb'\1 s="0"'
    ),
    "format of numbers changed": by_one_of(
        "styles", rb'numFmtId="\d+"', b'numFmtId="14"', b'numFmtId="9"', b'numFmtId="46"'
    ),
    "formula added": by_one_of(
        SHEET, rb'(<c r="\w+" t="n">)<v>', rb"\1<f>1+1</f><v>", rb"\1<f>A1</f></c><c><v>"
    ),
    "merge lost": lost(SHEET, rb"<mergeCell .*?/>"),
    "merge changed": by_one_of(
        SHEET, rb'(<mergeCell ref=")[^"]*"', rb'\1C9:D12"', rb'\1A1:Z99"', rb'\1B9:B10"', rb'\1x"'
    ),
    "sheet renamed": by_one_of(BOOK, rb'(<sheet [^>]*name=")[^"]*"', rb'\1Ark 1"', rb'\1x"', rb'\1"'),
    "sheet lost": lost(BOOK, rb"<sheet .*?/>"),
    "sheet repeated": repeated(BOOK, rb"<sheet .*?/>"),
    "sheets exchanged": exchanged(BOOK, rb"(<sheet .*?/>)"),
    "sheet hidden": by_one_of(
        BOOK, rb'state="visible"|<sheet ', b'<sheet state="hidden" ', b'state="veryHidden"'
    ),
    "row hidden": by_one_of(SHEET, rb"<row ", b'<row hidden="1" '),
    "relation changed": by_one_of(
        r"\.rels$", rb'Target="[^"]*"', b'Target="worksheets/sheet2.xml"', b'Target="x.xml"'
    ),
    "kind of part changed": by_one_of(
        "Content_Types", rb'ContentType="[^"]*"', b'ContentType="text/plain"', b'ContentType=""'
    ),
    "attribute lost": lost("xml", rb' \w+="[^"]*"'),
    "element lost": lost("xml", rb"<(\w+)\b[^<>]*>[^<>]*</\1>|<\w+[^<>]*/>"),
    "element renamed": by_one_of(
        "xml", rb"<(\w+)\b([^<>]*)>([^<>]*)</\1>", rb"<x\2>\3</x>", rb"<\1\2><!-- \3 --></\1>"
    ),
    "comment added": by_one_of(
        TEXTS, rb"(<[vt]>[^<]?)", rb"\1<!-- x -->", rb"\1<![CDATA[7]]>", rb"\1&#49;", rb"\1&amp;"
    ),
    "encoding changed": by_one_of(
        "xml",
        rb"\A",
        b'<?xml version="1.0" encoding="latin-1"?>',
        b'<?xml version="1.0" encoding="UTF-16"?>',
        b"\xef\xbb\xbf",
    ),
    "entity declared": by_one_of("xml", rb"\A", b'<!DOCTYPE x [<!ENTITY a "7">]>'),
    "dates of 1904": by_one_of(BOOK, rb"<workbookPr", b'<workbookPr date1904="1"'),
}

SAID, DRAWN = r" said$", r" drawn$"
SHOWN = rb"\((?:\\.|[^()\\])*\) Tj"
TEXT = rb"BT .*?ET"
TEXT_AT = rb"(BT 1 0 0 1 )([\d.]+) ([\d.]+)( Tm)"
PDF_DAMAGE: dict[str, Damage] = {
    "byte of what is drawn flipped": in_bytes(DRAWN, "byte flipped"),
    "bytes of what is drawn deleted": in_bytes(DRAWN, "bytes deleted"),
    "bytes of what is drawn repeated": in_bytes(DRAWN, "bytes repeated"),
    "what is drawn cut": in_bytes(DRAWN, "truncated"),
    "byte of what is said flipped": in_bytes(SAID, "byte flipped"),
    "bytes of what is said deleted": in_bytes(SAID, "bytes deleted"),
    "part lost": part_lost(r"\d"),
    "drawings exchanged": parts_exchanged(DRAWN),
    "parts exchanged": parts_exchanged(SAID),
    "digit changed": by_one_of(
        DRAWN, rb"(?<=\()([\d ]*)\d(?=[\d ]*\) Tj)", *(rb"\g<1>" + digit for digit in LETTERS[11:20])
    ),
    "letter changed": by_one_of(
        DRAWN, rb"(\([^()\\]*?)[^()\\](?=[^()\\]*\) Tj)", *(rb"\g<1>" + letter for letter in LETTERS)
    ),
    "unseen character inserted": by_one_of(
        DRAWN,
        rb"(/F1 9 Tf 10.8 TL \()(?=[^)]*\) Tj)",
        rb"\1\\255",
        rb"\1\\240",
        rb"\1\\000",
        rb"\1 ",
        rb"\1\\t",
    ),
    "texts exchanged": exchanged(DRAWN, rb"(%s)" % SHOWN),
    "text lost": lost(DRAWN, TEXT),
    "text emptied": by_one_of(DRAWN, SHOWN, b"() Tj", b"( ) Tj"),
    "text repeated": repeated(DRAWN, TEXT),
    "text moved to another place": exchanged(DRAWN, rb"BT 1 0 0 1 ([\d.]+ [\d.]+) Tm"),
    "text moved a little": by_one_of(
        DRAWN, TEXT_AT, rb"\g<1>1\2 \3\4", rb"\g<1>\2 9\4", rb"\1\2 1\3\4", rb"\1-\2 \3\4"
    ),
    "text turned": by_one_of(
        DRAWN,
        rb"BT 1 0 0 1",
        b"BT 0 1 -1 0",
        b"BT -1 0 0 -1",
        b"BT -1 0 0 1",
        b"BT 1 0 0 -1",
        b"BT 1 .2 -.2 1",
    ),
    "text scaled": by_one_of(
        DRAWN, rb"BT 1 0 0 1", b"BT 0 0 0 0", b"BT 2 0 0 1", b"BT .01 0 0 .01", b"BT 1 0 0 3"
    ),
    "size changed": by_one_of(DRAWN, rb"(/F\d) \d+ Tf", rb"\1 0 Tf", rb"\1 40 Tf", rb"\1 -9 Tf", rb"\1 1 Tf"),
    "font changed": by_one_of(DRAWN, rb"/F1 (\d+) Tf", rb"/F2 \1 Tf", rb"/F9 \1 Tf", b""),
    "way of drawing changed": by_one_of(
        DRAWN,
        rb"BT ",
        b"BT 3 Tr ",
        b"BT 7 Tr ",
        b"BT 1 Tr ",
        b"BT 50 Tc ",
        b"BT 20 Ts ",
        b"BT 10 Tz ",
        b"BT -9 Tc ",
    ),
    "colour changed": by_one_of(
        DRAWN,
        rb"[\d.]+ [\d.]+ [\d.]+ rg(?=\s+(?:/Span[^\n]*\n)?BT)",
        b"1 1 1 rg",
        b".937 .933 .922 rg",
        b".9 .9 .9 rg",
    ),
    "colours exchanged": exchanged(DRAWN, rb"([\d.]+ [\d.]+ [\d.]+ rg)"),
    "meaning of text changed": by_one_of(
        DRAWN,
        rb"/ActualText <FEFF[^>]*>",
        b"/ActualText <FEFF0031>",
        b"/ActualText ()",
        b"/ActualText <FEFF>",
    ),
    "rectangle lost": lost(DRAWN, rb"[\d.]+ [\d.]+ [\d.]+ [\d.]+ re f\*?"),
    "rectangle changed": by_one_of(
        DRAWN,
        rb"([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re",
        rb"\1 \2 900 900 re",
        rb"\1 \2 \g<3>1 \4 re",
        rb"0 0 \3 \4 re",
        rb"\1 \2 3 \4 re",
    ),
    "rectangles exchanged": exchanged(DRAWN, rb"([\d.]+ [\d.]+ [\d.]+ [\d.]+) re"),
    "rectangle moved": moved(DRAWN, rb"[\d.]+ [\d.]+ [\d.]+ [\d.]+ re f\*?"),
    "clip added": by_one_of(DRAWN, rb"BT ", b"0 0 5 5 re W n BT ", b"0 0 400 900 re W n BT "),
    "page scaled or turned": by_one_of(
        DRAWN,
        rb"\A",
        b".5 0 0 .5 0 0 cm ",
        b"0 1 -1 0 500 0 cm ",
        b"-1 0 0 1 800 0 cm ",
        b"1 0 0 1 400 0 cm ",
        b"2 0 0 2 0 0 cm ",
    ),
    "operator changed": by_one_of(
        DRAWN, rb"\b(?:Tj|Tm|Tf|Td|TL|re|rg|cm|BT|ET|f|n|q|Q|BDC|EMC)\b", b"", b"x", b"W n", b"q", b"Q"
    ),
    "number in a drawing changed": by_one_of(
        DRAWN, rb"(?<![\w.(])[\d.]+(?![\w.])", b"0", b"1", b"-1", b"100", b"1000000000000", b"."
    ),
    "page lost": one_of(SAID, rb"/Kids \[ .*", lambda found, place: _one_page_less(found[0], place)),
    "pages exchanged": exchanged(SAID, rb"(\d+ 0 R) (?=[\d R]*\])"),
    "page repeated": repeated(SAID, rb"\d+ 0 R (?=[\d R]*\])"),
    "drawing of another page": exchanged(SAID, rb"/Contents (\d+)"),
    "page rotated": by_one_of(
        SAID, rb"/Rotate 0", b"/Rotate 90", b"/Rotate 180", b"/Rotate -90", b"/Rotate 5"
    ),
    "page of another size": by_one_of(
        SAID,
        rb"/MediaBox \[ 0 0 [^]]*\]",
        b"/MediaBox [ 0 0 300 300 ]",
        b"/MediaBox [ 100 100 900 700 ]",
        b"/MediaBox [ 0 0 0 0 ]",
        b"/MediaBox [ 0 0 842 595 ] /CropBox [ 0 0 300 595 ]",
        b"",
    ),
    "name of a font changed": by_one_of(
        SAID,
        rb"/BaseFont /[\w-]+",
        b"/BaseFont /Symbol",
        b"/BaseFont /ZapfDingbats",
        b"/BaseFont /Times-Roman",
        b"/BaseFont /X",
    ),
    "letters of a font changed": by_one_of(
        SAID,
        rb"/Encoding /\w+",
        b"/Encoding /MacRomanEncoding",
        b"/Encoding <</Differences [49 /seven]>>",
        b"/Encoding <</Differences [49 /g12]>>",
        b"",
    ),
    "kind of a font changed": by_one_of(
        SAID, rb"/Subtype /Type1", b"/Subtype /Type3", b"/Subtype /TrueType", b"/Subtype /Type0"
    ),
    "something said lost": lost(SAID, rb"/\w+ (?:/\w+|\d+ 0 R|\d+|\[[^]]*\])"),
    "numbers of parts exchanged": exchanged(SAID, rb"(\d+) 0 R"),
}
