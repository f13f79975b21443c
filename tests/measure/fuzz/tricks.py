"""Texts that look like something else, for tricks on made reports: nothing here is taken from the loaders."""

from collections.abc import Callable

# Nobody sees these: of no width, turning the direction of letters, filling, controlling a terminal.
UNSEEN = [
    "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u180e", "\u200e", "\u200f",
    "\u202a", "\u202b", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u061c", "\ufe0f",
    "\U000e0041", "\u3164", "\uffa0", "\u115f", "\u2800", "\u2063", "\ufff9", "\x00", "\x07", "\x08",
    "\x1b[8m", "\x7f", "\x9b2K",
]  # fmt: skip

# What a person may take for a number or a star, and what a program may.
NO_NUMBERS = [
    "\uff11\uff12", "\u0661\u0662", "\u0967", "\U0001d7cf\U0001d7d0", "12\u00b2", "\u00bd", "\u216b",
    "\u2460", "1\u0332 2", "1\u20e3", "\u3007", "\u5341", "l2", "1O", "O", "\u0417", "\u041e",
    "1.234", "1,234", "1'234", "1\u2019234", "12 34", "1 2345", "1  234 5", "1_000", "1e3", "0x10", "0b1",
    "-5", "\u22125", "\u20115", "+5", "5-", "5%", "5)", "(5)", "5*", "*5", "<4", "\u22643", "~5", "5.0",
    "5,5", "**", "***", "\u2217", "\uff0a", "\u2731", "\u204e", "..", ":", "-", "\u2013", "n/a", "NaN", "inf",
    "None", "null", "true", "=1+1", "ukjent", "#REF!", "5 personer",
]  # fmt: skip

# Letters that look like others, letters made of several, and texts that do something elsewhere.
ODD_LABELS = [
    "\u0410\u0430", "\u0391", "\uff2f\uff53\uff4c\uff4f", "\ufb01", "o\u0336", "a\u030a", "\u212b", "\u0131",
    "\u0130", "\u1e9e", "\u017f", "\u212a", "\u01c5", "\u0345", "\u05d0\u05d1", "\u0627\u0644", "\U0001f600",
    "\U0001d400", "\ue000", "\u2024", "\u2215", "\u2044", "\u29f8", "\u0338", "\u00b4", "\u02bc", "\u2018",
    "<b>", "</b>", "<br/>", "&amp;", "**", "\\*", "#", "|", "\t", "---", "=1+1", "@", "$(id)", "{{ x }}",
    "{% raw %}", "'; drop table x; --", "%s", "%00", "\\n", "\\", "\"", "\u201c", "[red]x[/red]", "\u2026",
    "12", "1 234", "2021", "(1)", "1)", "*", "\u00b9", "/", " / ", "  ", "\u3000", "\u2003",
]  # fmt: skip

LINE_ENDS = ["\n", "\r\n", "\r", "\r\r\n", "\n\n", " \n", "\x0b\n", "\x85", "\u2028", "\u2029", "\x1c\n"]
ENCODINGS = [
    "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "latin-1", "cp1252", "cp865",
    "mac_roman", "cp037", "shift_jis", "punycode",
]  # fmt: skip

ODD_MONTHS: list[Callable[[str], str]] = [
    str.upper,
    str.swapcase,
    lambda month: month[0] + " " + month[1:],
    lambda month: month.replace("a", "\u0430"),  # Cyrillic
    lambda month: month.replace("e", "\u0435"),
    lambda month: month.replace("i", "\u0131"),  # without its dot
    lambda month: month.upper().replace("I", "\u0130"),  # with a dot
    lambda month: month.replace("s", "\u017f"),  # long s
    lambda month: "".join(chr(ord(letter) + 0xFEE0) for letter in month),  # of full width
    lambda month: month + ".",
    lambda month: month[:3],
    lambda month: month[:3] + ".",
    lambda month: month + " 2021",
    lambda month: month + "*",
    lambda month: month + "\u00b9",
    lambda month: month + "\u0301",
    lambda month: "\u00a0" + month + "\u3000",
    lambda month: f"<b>{month}</b>",
    lambda month: month + " " + month,
    lambda _: "",
    lambda _: "1",
    lambda _: "Gjennomsnitt",
    lambda _: "Mai",
    lambda _: "May",
    lambda _: "December",
]
