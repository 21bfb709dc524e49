"""Hostile texts, one list for every test: whatever may be typed, pasted or uploaded stands there as it is.

Nobody is real: the addresses lead nowhere, the digits are nobody's.
"""

from __future__ import annotations

import re

#: What a script of theirs would set in a browser's window.
CANARY = "__hit"

#: Texts that a one-line field keeps to the letter, and every page, document and file shows so.
HOSTILE: tuple[str, ...] = (
    # --- markup, scripts, attributes
    "<script>__hit=1</script>", "</textarea><script>__hit=1</script>",
    "</title><script>__hit=1</script>", "</pre></style></option></select>", "<img src=x onerror=__hit=1>",
    "<svg/onload=__hit=1>", "<iframe src=javascript:__hit=1>", "<b hx-get=/ hx-trigger=load>x",
    "<details open ontoggle=__hit=1>", "<a href=javascript:__hit=1>x</a>", "<!-- 注释", "-->", "<李>", "A&B合作社", "&lt;b&gt;",
    "&#60;b&#62;", '"', "'", "`", '" autofocus onfocus=__hit=1 x="', "' onclick='__hit=1", '"><svg onload=__hit=1>',
    "javascript:__hit=1", "data:text/html,<script>__hit=1</script>", "//evil.invalid/x", "http://203.0.113.7/x?a=1&b=2#c",
    "\\u003cscript\\u003e", "*/;__hit=1;/*",
    # --- XML, which Word and Excel files are made of
    "<![CDATA[x]]>", "]]>", "<?xml version='1.0'?>", '<!ENTITY x SYSTEM "file:///etc/passwd">', "<w:p/>", "</w:t></w:r>",
    "<f>1+1</f>", "_x000D_", "_x005F_", "_x003D_1+1",
    # --- what a spreadsheet computes or makes into something else
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "%1", '=HYPERLINK("http://203.0.113.7")', "=cmd|'/C calc'!A0", "'=1", "＝1+1", "{=1}",
    "#N/A", "TRUE", "1e5", "0719", "2017-05-06", "PAGE",
    # --- templates of other languages, and the format of Python
    "{{7*7}}", "{{ ''.__class__.__mro__[1] }}", "{% load static %}", "{% include 'x' %}",
    "${7*7}", "#{7*7}", "<%= 7*7 %>", "<?php 1 ?>", "{0}", "{x:>99999999}", "{self}",
    "%s", "%(x)s", "{'{1+1}'}", "$(id) `id` $x", "\\1 \\g<0> \\n \\x41",
    # --- our own language
    "{poor:户人}", "{place}", "{text.7}", "[[x]]", "## x", "# x", "{poor.__class__}", "{poor[0]}",
    "{text.7.x}", "{poor:户人", "poor:户人}", "[[", "[[[[x]]]]",
    "｛poor:户人｝", "[x] (x) [ [ ] ]",
    # --- SQL, paths, headers, programs
    "'; DROP TABLE x; --", "100%_\\", "../../etc/passwd", "C:\\x\\y", "CON", "%0d%0aX: y",
    "; filename=x.exe", "=?utf-8?b?eA==?=", "; rm -rf x",
    # --- words that programs take for something else, digits that look like somebody's
    "None", "0", "—", "否", "合计", "421199199002301234", "13800000000", "6222020000000000000",
    # --- letters that break badly written programs
    "䶮㛃𬱖", "\uf967\U0002f81a", "阿依古丽·买买提", "“五个一批”", "😀👨\u200d👩\u200d👧", "e\u0301", "مرحبا",
)  # fmt: skip

#: What is typed with marks that nobody sees, and what a form or a workbook keeps of it.
UNSEEN: dict[str, str] = {
    " 两边空 ": "两边空",
    "\u3000全角\u00a0": "全角",
    "\t=1+1": "=1+1",
    "\r=1+1": "=1+1",
    "\x1f=1+1": "=1+1",
    "\u200b=1+1": "=1+1",
    "\ufeff=1+1": "=1+1",
    "甲\x0b乙": "甲乙",
    "甲\x1b[31m乙": "甲[31m乙",
    "甲\x7f\x85乙": "甲乙",
    "\u202e反\u202c": "反",
    "\u2066隔\u2069": "隔",
    "甲\u200b乙\u2060": "甲乙",
    "甲\ufffe乙": "甲乙",
}

#: What no one-line field takes: a second line, or what pretends to be one of a header or a log.
BROKEN: tuple[str, ...] = (
    "甲\n乙", "甲\t乙", "甲\r\nSet-Cookie: x=1", "甲\n\n## 二、假的\n乙", "甲\r\n2017-01-01 00:00:00 ERROR x", "甲\u2028__hit=1", "甲\x00乙",
)  # fmt: skip

#: Of the list, what our own language reads as more than words, and takes.
SAID = frozenset({"{poor:户人}", "{place}", "[[x]]"})
_MARKS = re.compile(r"[{}]|\[\[|\]\]")


def is_marked(text: str) -> bool:
    """Whether a text holds marks of our own language, and so is read, and refused unless it is SAID."""
    return bool(_MARKS.search(text))


def longest(length: int) -> str:
    """A text that just fits; one more character, and it does not."""
    return "长" * length
