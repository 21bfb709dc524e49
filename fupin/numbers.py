"""Personal numbers and telephone numbers: read, checked, masked. Pure functions; they know no model and no settings.

A personal number is the 18-digit ID of GB 11643-1999, or a disability certificate: the holder's ID, class and
grade (20 digits), and after a reissue a suffix such as B1 (22).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import date
from typing import Literal

__all__ = [
    "BadNumber",
    "age",
    "birth_date",
    "check_character",
    "clean_account",
    "clean_personal_number",
    "clean_phone",
    "id_part",
    "mask_account",
    "mask_in_text",
    "mask_phone",
    "masked",
    "number_key",
    "province",
    "sex",
    "tail",
]

ID_LENGTH = 18
OLD_ID_LENGTH = 15
CERTIFICATE_LENGTH = 20
REISSUED_LENGTH = 22
YEARS_OF_BIRTH = range(1900, 2101)

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"

#: What copying from web pages and chats leaves between digits without being seen.
_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff"
_HYPHENS = "\\-\u2010-\u2015\u2212"
#: Apostrophes by which a spreadsheet was told to keep text.
_APOSTROPHES = "'`\u2018\u2019\u2032\u00b4"
_NOISE = re.compile(rf"[\s{_INVISIBLE}{_HYPHENS}]")
_LEADING_APOSTROPHES = re.compile(rf"^[\s{_INVISIBLE}{_APOSTROPHES}]+")
_NUMERIC_TEXT = re.compile(r"\d+(\.\d+)?E\+?\d+|\d+\.\d*", re.ASCII)
_SHAPE = re.compile(r"\d{17}[\dX](\d{2}([A-Z]\d)?)?", re.ASCII)

#: GB/T 2260: what the first two digits of an ID, or of a region's code, stand for.
_PROVINCES = {
    "11": "北京市", "12": "天津市", "13": "河北省", "14": "山西省", "15": "内蒙古自治区", "21": "辽宁省", "22": "吉林省",
    "23": "黑龙江省", "31": "上海市", "32": "江苏省", "33": "浙江省", "34": "安徽省", "35": "福建省", "36": "江西省",
    "37": "山东省", "41": "河南省", "42": "湖北省", "43": "湖南省", "44": "广东省", "45": "广西壮族自治区", "46": "海南省",
    "50": "重庆市", "51": "四川省", "52": "贵州省", "53": "云南省", "54": "西藏自治区", "61": "陕西省", "62": "甘肃省",
    "63": "青海省", "64": "宁夏回族自治区", "65": "新疆维吾尔自治区", "71": "台湾省", "81": "香港特别行政区",
    "82": "澳门特别行政区", "83": "台湾省",
}  # fmt: skip

_COMPARE = "请对照证件逐位核对后重新填写。"


class BadNumber(ValueError):
    """A number that cannot be accepted: why, and what to do, in sentences for the person who typed it.

    Neither sentence repeats the number, since both are shown, mailed and logged.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}{remedy}")
        self.reason = reason
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[BadNumber], tuple[str, str]]:
        # Reading a workbook happens in a child process: the error must survive the way back.
        return type(self), (self.reason, self.remedy)


def clean_personal_number(text: str) -> str:
    """Return the number in its one written form, or raise BadNumber.

    The region it begins with is not looked up: retired codes, and those of residence permits (810000, 830000),
    are as good as any.
    """
    number = _tidy(text)
    _refuse_odd_text(number)
    if not _SHAPE.fullmatch(number):
        _refuse_shape(number)
    _birth_date(number)
    if check_character(number[:17]) != number[17]:
        # The right check character isn't told: it would be typed in, and the wrong digit stay.
        raise BadNumber("证件号码的校验码不符，有数字录错或颠倒。", _COMPARE)
    if len(number) > ID_LENGTH:
        _refuse_certificate(number)
    return number


def check_character(first17: str) -> str:
    """Return the check character of an ID's first 17 digits (ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first17, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def id_part(number: str) -> str:
    """Return the 18 digits of the ID: a disability certificate begins with its holder's."""
    return number[:ID_LENGTH]


def birth_date(number: str) -> date:
    """Return the birth date that a clean number holds."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def sex(number: str) -> Literal["1", "2"]:
    """Return the sex that a clean number holds: "1" male, "2" female."""
    return "1" if int(number[16]) % 2 else "2"


def province(number: str) -> str:
    """Return the province where a clean number was first given; "" for a code that stands for none."""
    return _PROVINCES.get(number[:2], "")


def tail(number: str) -> str:
    """Return the last four characters of the ID: what a cadre tells people of one name apart by."""
    return id_part(number)[-4:]


def age(birth: date, on: date) -> int:
    """Return the full years at a day; negative before the birth. Someone born on 29 February ages on 1 March."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def number_key(number: str, secret: bytes) -> str:
    """Return the keyed hash to match a clean number by; a certificate matches its holder's ID.

    Keyed, because the numbers are so few and regular that a plain hash is reversed by trying them all.
    """
    if not secret:
        raise ValueError("A personal number is never hashed without a key.")
    if len(secret) > hashlib.blake2b.MAX_KEY_SIZE:
        secret = hashlib.blake2b(secret).digest()
    return hashlib.blake2b(id_part(number).encode(), key=secret, digest_size=16).hexdigest()


def masked(number: str) -> str:
    """Return a number as people may see it, 420***********1234; empty stays empty.

    The length is constant, so that it does not tell a certificate from an ID. What is too short to be a number
    shows nothing: three and four of nine digits would be most of it.
    """
    number = _tidy(number)
    if not number:
        return ""
    if len(number) < 11:
        return "*" * ID_LENGTH
    return f"{number[:3]}{'*' * 11}{tail(number)}"


def clean_phone(text: str) -> str:
    """Return a mobile number as 11 digits, a landline as 0719-1234567, or raise BadNumber."""
    typed = unicodedata.normalize("NFKC", _LEADING_APOSTROPHES.sub("", text))
    typed = re.sub(rf"[{_INVISIBLE}]", "", typed).strip()
    if not typed:
        raise BadNumber("没有填写电话号码。", "请填写，或整格留空。")
    digits = re.sub(rf"[\s{_HYPHENS}]", "", typed)
    if mobile := re.fullmatch(r"(?:\+86|0086|86)?(1[3-9]\d{9})", digits, re.ASCII):
        return mobile[1]
    landline = re.fullmatch(
        rf"\(?(010|02\d|0[3-9]\d\d)\)?[\s{_HYPHENS}]*(\d{{3,4}})[\s{_HYPHENS}]?(\d{{4}})", typed, re.ASCII
    )
    if landline:
        return f"{landline[1]}-{landline[2]}{landline[3]}"
    raise _bad_phone(digits)


def _bad_phone(digits: str) -> BadNumber:
    if re.search(r"[/,;、]|或", digits) or len(re.findall(r"1[3-9]\d{9}", digits)) > 1:
        return BadNumber("一格里填了不止一个电话号码。", "请只保留一个常用号码。")
    if _NUMERIC_TEXT.fullmatch(digits.upper()):
        return BadNumber("电话号码变成了小数或科学计数法。", "请把单元格设为文本后重新填写。")
    if re.fullmatch(r"\d{7,8}", digits, re.ASCII):
        return BadNumber("固定电话缺少区号。", "请在前面补上区号，如 0719-1234567。")
    if re.fullmatch(r"1\d*", digits, re.ASCII) and len(digits) != 11:
        return BadNumber(f"手机号码有{len(digits)}位，应为11位。", "请核对后重新填写。")
    return BadNumber(
        "不是手机号码，也不是带区号的固定电话。", "请填写11位手机号码，或如 0719-1234567 的固定电话。"
    )


def mask_phone(phone: str) -> str:
    """Return a telephone number as people may see it, 138****1234; empty stays empty."""
    phone = _tidy(phone)
    if not phone:
        return ""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 10 else "*" * 11


def clean_account(text: str) -> str:
    """Return the number of a bank card or passbook as 8 to 30 digits, or raise BadNumber."""
    typed = unicodedata.normalize("NFKC", _LEADING_APOSTROPHES.sub("", text))
    digits = re.sub(rf"[\s{_INVISIBLE}{_HYPHENS}]", "", typed)
    if _NUMERIC_TEXT.fullmatch(digits.upper()):
        raise BadNumber("账号变成了小数或科学计数法。", "请把单元格设为文本后重新填写。")
    if not re.fullmatch(r"\d{8,30}", digits, re.ASCII):
        raise BadNumber("银行账号应为8至30位数字。", "请对照存折或银行卡核对后重新填写。")
    return digits


def mask_account(account: str) -> str:
    """Return a bank account as people may see it, the last four digits alone; empty stays empty."""
    return f"{'*' * 12}{account[-4:]}" if len(account) >= 8 else "*" * 16 if account else ""


def mask_in_text(text: str) -> str:
    """Mask whatever looks like a personal number, a bank card or a mobile phone in a free text.

    For error lists and logs, where a number too many masked does no harm, and one too few does.
    """
    # Matching runs over a copy of the same length in plain digits, so that full-width ones are seen and the rest
    # of the text stays as it was written.
    plain = text if text.isascii() else "".join(map(_plain_character, text))
    parts: list[str] = []
    end = 0
    for found in _LOOKS_LIKE_NUMBER.finditer(plain):
        mask = mask_phone(found["mobile"]) if found["mobile"] else masked(found[0])
        parts += [text[end : found.start()], mask]
        end = found.end()
    return "".join([*parts, text[end:]])


_Z = f"[{_INVISIBLE}]*"
_GAP = rf"[\s{_INVISIBLE}{_HYPHENS}]{{0,3}}"
_LOOKS_LIKE_NUMBER = re.compile(
    "|".join(
        [
            # Digits in one run: ID, certificate, card; longer runs are two of them grown together.
            rf"(?:\d{_Z}){{14,}}\d(?:{_Z}[Xx](?:\d{{2}})?)?(?:[A-Z]\d)?",
            # An ID written in groups, known by the date in its middle.
            rf"(?<!\d)\d{{6}}{_GAP}(?:18|19|20)\d\d{_GAP}[01]\d{_GAP}[0-3]\d{_GAP}\d{{3}}{_GAP}[\dXx](?!\d)",
            # A card as it is embossed.
            rf"(?<!\d)\d{{4}}(?:[ {_HYPHENS}]{_Z}\d{{4}}){{3}}(?:[ {_HYPHENS}]{_Z}\d{{1,3}})?(?!\d)",
            # A number that a spreadsheet rounded still tells most of its digits.
            r"\d\.\d{7,}[Ee]\+?\d+",
            rf"(?<!\d)(?:(?:\+|00)?86[ {_HYPHENS}]?)?"
            rf"(?P<mobile>1{_Z}[3-9]{_Z}\d{_Z}[ {_HYPHENS}]?(?:\d{_Z}){{4}}[ {_HYPHENS}]?(?:\d{_Z}){{3}}\d)(?!\d)",
        ]
    ),
    re.ASCII,
)


def _plain_character(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if character.isspace():
        return " "
    return {"Ｘ": "X", "ｘ": "x", "．": ".", "Ｅ": "E", "－": "-"}.get(character, character)


def _tidy(text: str) -> str:
    # NFKC turns full-width digits into plain ones. For numbers only: it rewrites some Han characters of names.
    text = unicodedata.normalize("NFKC", _LEADING_APOSTROPHES.sub("", text))
    return _NOISE.sub("", _LEADING_APOSTROPHES.sub("", text)).upper()


def _refuse_odd_text(number: str) -> None:
    if not number:
        raise BadNumber("没有填写证件号码。", "请填写；尚无证件号码的整格留空。")
    if _NUMERIC_TEXT.fullmatch(number):
        raise BadNumber(
            "证件号码被表格变成了小数或科学计数法，末几位已经丢失。",
            "请把单元格设为文本，再对照证件重新填写，不要在原来的数字上改。",
        )
    for character in number:
        if not (character.isascii() and character.isalnum()):
            raise BadNumber(f"证件号码中有不应出现的字符“{character}”。", "请只填号码本身，一格一个号码。")


def _refuse_shape(number: str) -> None:
    length = len(number)
    if length == OLD_ID_LENGTH and number.isdecimal():
        raise BadNumber("这是15位的旧身份证号，已停止使用。", "请填写18位的新号码。")
    if "X" in number[:17] or "X" in number[ID_LENGTH:]:
        raise BadNumber("字母X只能是身份证号的第18位。", _COMPARE)
    if any(character.isalpha() and character != "X" for character in number[:CERTIFICATE_LENGTH]):
        raise BadNumber("证件号码中有字母。", "除第18位可为X外都是数字；请看是否把0写成了O，把1写成了I或l。")
    if length not in (ID_LENGTH, CERTIFICATE_LENGTH, REISSUED_LENGTH):
        raise BadNumber(
            f"证件号码有{length}位，应为18位（身份证）、20位或22位（残疾人证）。",
            "请核对是否漏填或多填了数字。",
        )
    raise BadNumber("残疾人证号的最后两位应为补发标记，如B1。", "请对照残疾人证核对；没有补发标记的填20位。")


def _birth_date(number: str) -> date:
    try:
        born = birth_date(number)
    except ValueError:
        raise BadNumber("证件号码第7至14位不是真实存在的日期。", _COMPARE) from None
    if born.year not in YEARS_OF_BIRTH:
        raise BadNumber("证件号码中的出生年份不在1900至2100年之间。", _COMPARE)
    return born


def _refuse_certificate(number: str) -> None:
    if number[18] not in "1234567":
        raise BadNumber("残疾人证号第19位是残疾类别，应为1至7。", "请对照残疾人证核对第19位。")
    if number[19] not in "1234":
        raise BadNumber("残疾人证号第20位是残疾等级，应为1至4。", "请对照残疾人证核对第20位。")
