"""What somebody is to a new head, as far as it follows from what both are to the old one. Proposals, to be confirmed."""

from __future__ import annotations

from households.enums import Relation, Sex

R = Relation

_SAME = (R.SON, R.DAUGHTER, R.DAUGHTER_IN_LAW, R.SON_IN_LAW, R.GRANDSON, R.GRANDDAUGHTER, R.DAUGHTERS_SON,
         R.DAUGHTERS_DAUGHTER)  # fmt: skip
_CHILDREN = {R.GRANDSON: R.SON, R.GRANDDAUGHTER: R.DAUGHTER}
_DAUGHTERS_CHILDREN = {R.DAUGHTERS_SON: R.SON, R.DAUGHTERS_DAUGHTER: R.DAUGHTER}
_GRANDPARENTS = {R.FATHER: R.GRANDFATHER, R.MOTHER: R.GRANDMOTHER}
_SIBLINGS = {R.SON: R.SIBLING, R.DAUGHTER: R.SIBLING}

#: What others than the old head are to the new one, by what the new head was to the old one. {he: she} stands for
#: what depends on the other's sex.
_OTHERS: dict[Relation, dict[Relation, Relation | tuple[Relation, Relation]]] = {
    R.SPOUSE: {**{relation: relation for relation in _SAME}, R.WIFES_FATHER: R.FATHER, R.WIFES_MOTHER: R.MOTHER,
               R.HUSBANDS_FATHER: R.FATHER, R.HUSBANDS_MOTHER: R.MOTHER},
    R.SON: {R.SPOUSE: (R.FATHER, R.MOTHER), R.DAUGHTER_IN_LAW: R.SPOUSE, **_SIBLINGS, **_CHILDREN, **_GRANDPARENTS},
    R.DAUGHTER: {R.SPOUSE: (R.FATHER, R.MOTHER), R.SON_IN_LAW: R.SPOUSE, **_SIBLINGS, **_DAUGHTERS_CHILDREN,
                 **_GRANDPARENTS},
    R.DAUGHTER_IN_LAW: {R.SPOUSE: (R.HUSBANDS_FATHER, R.HUSBANDS_MOTHER), R.SON: R.SPOUSE, **_CHILDREN},
    R.SON_IN_LAW: {R.SPOUSE: (R.WIFES_FATHER, R.WIFES_MOTHER), R.DAUGHTER: R.SPOUSE, **_DAUGHTERS_CHILDREN},
    R.FATHER: {R.MOTHER: R.SPOUSE, R.SIBLING: (R.SON, R.DAUGHTER), R.SON: R.GRANDSON, R.DAUGHTER: R.GRANDDAUGHTER,
               R.SPOUSE: R.DAUGHTER_IN_LAW, R.GRANDFATHER: R.FATHER, R.GRANDMOTHER: R.MOTHER},
    R.MOTHER: {R.FATHER: R.SPOUSE, R.SIBLING: (R.SON, R.DAUGHTER), R.SON: R.GRANDSON, R.DAUGHTER: R.GRANDDAUGHTER,
               R.SPOUSE: R.DAUGHTER_IN_LAW},
    R.GRANDSON: {R.GRANDDAUGHTER: R.SIBLING, R.GRANDSON: R.SIBLING, R.SON: R.FATHER, R.DAUGHTER_IN_LAW: R.MOTHER,
                 R.SPOUSE: (R.GRANDFATHER, R.GRANDMOTHER)},
    R.GRANDDAUGHTER: {R.GRANDDAUGHTER: R.SIBLING, R.GRANDSON: R.SIBLING, R.SON: R.FATHER,
                      R.DAUGHTER_IN_LAW: R.MOTHER, R.SPOUSE: (R.GRANDFATHER, R.GRANDMOTHER)},
    R.SIBLING: {R.SIBLING: R.SIBLING, R.FATHER: R.FATHER, R.MOTHER: R.MOTHER, R.GRANDFATHER: R.GRANDFATHER,
                R.GRANDMOTHER: R.GRANDMOTHER, R.BROTHERS_WIFE: R.OTHER},
}  # fmt: skip
#: What the old head is to the new one, (he, she).
_OLD_HEAD: dict[Relation, tuple[Relation, Relation]] = {
    R.SPOUSE: (R.SPOUSE, R.SPOUSE),
    **dict.fromkeys((R.SON, R.DAUGHTER), (R.FATHER, R.MOTHER)),
    R.DAUGHTER_IN_LAW: (R.HUSBANDS_FATHER, R.HUSBANDS_MOTHER),
    R.SON_IN_LAW: (R.WIFES_FATHER, R.WIFES_MOTHER),
    **dict.fromkeys((R.GRANDSON, R.GRANDDAUGHTER), (R.GRANDFATHER, R.GRANDMOTHER)),
    **dict.fromkeys((R.DAUGHTERS_SON, R.DAUGHTERS_DAUGHTER), (R.MOTHERS_FATHER, R.MOTHERS_MOTHER)),
    **dict.fromkeys((R.FATHER, R.MOTHER), (R.SON, R.DAUGHTER)),
    **dict.fromkeys((R.WIFES_FATHER, R.WIFES_MOTHER), (R.SON_IN_LAW, R.SON_IN_LAW)),
    **dict.fromkeys((R.HUSBANDS_FATHER, R.HUSBANDS_MOTHER), (R.DAUGHTER_IN_LAW, R.DAUGHTER_IN_LAW)),
    **dict.fromkeys((R.GRANDFATHER, R.GRANDMOTHER), (R.GRANDSON, R.GRANDDAUGHTER)),
    **dict.fromkeys((R.MOTHERS_FATHER, R.MOTHERS_MOTHER), (R.DAUGHTERS_SON, R.DAUGHTERS_DAUGHTER)),
    R.SIBLING: (R.SIBLING, R.SIBLING),
}


def proposed(relation: str, sex: str, *, new_head: str, head_sex: str, year: int) -> Relation:
    """What somebody is to the new head; 其他 where it does not follow, or the year has no code for it.

    `relation` and `new_head` are what both were to the old head, who himself is 户主.
    """
    own, head = R(relation), R(new_head)
    found: Relation | tuple[Relation, Relation]
    if own == R.HEAD:
        found = _OLD_HEAD.get(head, (R.OTHER, R.OTHER))
    elif head == R.SPOUSE and own in (R.FATHER, R.MOTHER):
        # The old head's parents are the widow's parents-in-law, or the widower's.
        theirs = {
            (R.FATHER, Sex.FEMALE): R.HUSBANDS_FATHER, (R.MOTHER, Sex.FEMALE): R.HUSBANDS_MOTHER,
            (R.FATHER, Sex.MALE): R.WIFES_FATHER, (R.MOTHER, Sex.MALE): R.WIFES_MOTHER,
        }  # fmt: skip
        found = theirs[own, Sex(head_sex)]
    else:
        found = _OTHERS.get(head, {}).get(own, R.OTHER)
    if isinstance(found, tuple):
        found = found[0 if sex == Sex.MALE else 1]
    return found if found.holds_in(year) else R.OTHER
