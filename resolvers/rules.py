"""The rules of the specification that may have something to say about a document, by what stands in it."""

import re
from collections.abc import Sequence

from graphql import (
    ASTValidationRule,
    DeferStreamDirectiveLabel,
    DeferStreamDirectiveOnRootField,
    DeferStreamDirectiveOnValidOperationsRule,
    FragmentsOnCompositeTypesRule,
    KnownDirectivesRule,
    KnownFragmentNamesRule,
    MaxIntrospectionDepthRule,
    NoFragmentCyclesRule,
    NoUndefinedVariablesRule,
    NoUnusedFragmentsRule,
    NoUnusedVariablesRule,
    PossibleFragmentSpreadsRule,
    SingleFieldSubscriptionsRule,
    StreamDirectiveOnListField,
    UniqueDirectivesPerLocationRule,
    UniqueFragmentNamesRule,
    UniqueVariableNamesRule,
    VariablesAreInputTypesRule,
    VariablesInAllowedPositionRule,
    specified_rules,
)

INTROSPECTION = re.compile(r"__(schema|type)\b")
_ABOUT: Sequence[tuple[re.Pattern[str], Sequence[type[ASTValidationRule]]]] = (
    (
        re.compile(r"\.\.\.|fragment"),
        (
            FragmentsOnCompositeTypesRule,
            KnownFragmentNamesRule,
            NoFragmentCyclesRule,
            NoUnusedFragmentsRule,
            PossibleFragmentSpreadsRule,
            UniqueFragmentNamesRule,
        ),
    ),
    (
        re.compile("@"),
        (
            DeferStreamDirectiveLabel,
            DeferStreamDirectiveOnRootField,
            DeferStreamDirectiveOnValidOperationsRule,
            KnownDirectivesRule,
            StreamDirectiveOnListField,
            UniqueDirectivesPerLocationRule,
        ),
    ),
    (
        re.compile(r"\$"),
        (
            NoUndefinedVariablesRule,
            NoUnusedVariablesRule,
            UniqueVariableNamesRule,
            VariablesAreInputTypesRule,
            VariablesInAllowedPositionRule,
        ),
    ),
    (re.compile("subscription"), (SingleFieldSubscriptionsRule,)),
    (INTROSPECTION, (MaxIntrospectionDepthRule,)),
)
"""What a document has to have in it for rules to be about it: each rule more is asked at every node."""


def rules_for(document: str) -> tuple[type[ASTValidationRule], ...]:
    needless = {rule for sign, rules in _ABOUT if not sign.search(document) for rule in rules}
    return tuple(rule for rule in specified_rules if rule not in needless)
