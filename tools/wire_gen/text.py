"""Pieces of C++: literals, initialisers, names."""

import json
import re

WIRE = "::slipway::wire::"
# Names that C++ or its library's macros claim.
RESERVED = set("""alignas alignof and asm auto bool break case catch char class concept const consteval
constexpr continue default delete do double else enum explicit export extern false float for friend goto if
inline int long mutable namespace new noexcept not nullptr operator or private protected public register
requires return short signed sizeof static struct switch template this throw true try typedef typename
union unsigned using virtual void volatile while xor NULL EOF errno stdin stdout stderr assert linux unix
raw absent has get set add shape""".split())


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def fields(pairs):
    """Designated initialisers of what differs from the default."""
    return "{" + ", ".join(f".{key} = {value}" for key, value in pairs if value is not None) + "}"


def text_or_none(value):
    return quoted(value) if value else None


def true_or_none(value):
    return "true" if value else None


def namespace_name(service):
    return service.replace("-", "_")


def type_name(name):
    return name[0].upper() + name[1:]


def snake(name):
    name = re.sub(r"([A-Z]+)s(?![a-z])", lambda match: match[1].capitalize() + "s", name)
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).replace("-", "_").lower()
    return name + "_" if name in RESERVED else name


def constant(name):
    name = re.sub(r"[^A-Za-z0-9_]", "_", name)
    if not name or name[0].isdigit():
        name = "_" + name if name else "_empty"
    name = re.sub(r"__+", "_", name)
    return name + "_" if name in RESERVED or re.match(r"_[A-Z]", name) else name
