"""The .hpp of a service: a class per structure, over a Value."""

from wire_gen.model import closure, is_view
from wire_gen.text import WIRE, constant, namespace_name, quoted, snake, type_name


class Views:
    def __init__(self, model, names):
        self.shapes = model["shapes"]
        self.names = [name for name in names if is_view(self.shapes[name])]
        self.done, self.text, self.after = set(), [], []

    def cpp(self, name):
        """The C++ type by which a shape is read and written."""
        shape = self.shapes[name]
        kind = shape["type"]
        if shape.get("document") or shape.get("exception"):
            return f"{WIRE}Value"
        if kind == "structure":
            return type_name(name)
        if kind == "list":
            return f"{WIRE}ListOf<{self.cpp(shape['member']['shape'])}>"
        if kind == "map":
            return f"{WIRE}MapOf<{self.cpp(shape['value']['shape'])}>"
        return {"boolean": "bool", "integer": "std::int64_t", "long": "std::int64_t", "float": "double",
                "double": "double", "timestamp": "::slipway::Instant"}.get(kind, "std::string_view")

    def leaf(self, name):
        """The structure that a use of `name` needs to be complete, or None."""
        shape = self.shapes[name]
        if shape["type"] in ("list", "map"):
            return self.leaf(shape["member" if shape["type"] == "list" else "value"]["shape"])
        return name if is_view(shape) else None

    def emit(self, name):
        if name in self.done:
            return
        self.done.add(name)
        open_before = set(self.done)
        members = list(self.shapes[name].get("members", {}).items())
        for _, use in members:
            leaf = self.leaf(use["shape"])
            if leaf:
                self.emit(leaf)
        # What was begun before us and is not written yet comes later in the file: a cycle.
        later = open_before - self.written
        lines = [f"class {type_name(name)} : public {WIRE}View {{", " public:",
                 f"  using {WIRE}View::View;", f"  static const {WIRE}Shape& shape();"]
        for key, use in members:
            lines += self.member(type_name(name), key, use["shape"], self.leaf(use["shape"]) in later)
        self.text.append("\n".join(lines + ["};", ""]))
        self.written.add(name)

    def member(self, owner, key, target, late):
        shape, cpp, name = self.shapes[target], self.cpp(target), snake(key)
        plain, literal = name.rstrip("_"), quoted(key)
        read = f"get({literal})"
        value = "std::move(value)" if cpp == f"{WIRE}Value" else "std::move(value).raw()"
        if cpp == "std::string_view":
            read += ".string()"
            value = f"{WIRE}Value::blob(value)" if shape["type"] == "blob" else "value"
        elif cpp in ("bool", "std::int64_t", "double", "::slipway::Instant"):
            read += {"bool": ".boolean()", "std::int64_t": ".integer()", "double": ".number()",
                     "::slipway::Instant": ".instant()"}[cpp]
            value = "value"
        elif cpp != f"{WIRE}Value":
            read = f"{cpp}({read})"
        functions = [(f"bool has_{plain}() const", f"return has({literal});"),
                     (f"{cpp} {name}() const", f"return {read};"),
                     (f"{owner}& set_{plain}({cpp} value)", f"set({literal}, {value}); return *this;")]
        if shape["type"] == "list":
            item = self.cpp(shape["member"]["shape"])
            inner = f"{WIRE}to_value(std::move(value))"
            if self.shapes[shape["member"]["shape"]]["type"] == "blob":
                inner = f"{WIRE}Value::blob(value)"
            functions.append((f"{owner}& add_{plain}({item} value)", f"add({literal}, {inner}); return *this;"))
        lines = []
        for head, body in functions:
            if not late:
                lines.append(f"  {head} {{ {body} }}")
                continue
            lines.append(f"  {head};")
            result, rest = head.split(" ", 1)
            self.after.append(f"inline {result} {owner}::{rest} {{ {body} }}")
        return lines

    def render(self):
        self.written = set()
        for name in self.names:
            self.emit(name)
        forward = "\n".join(f"class {type_name(name)};" for name in self.names)
        return forward + "\n\n" + "\n".join(self.text) + "\n".join(self.after)


def header(service, model, names):
    shapes = closure(model, names)
    enums = []
    for name in shapes:
        values = model["shapes"][name].get("enum")
        if values:
            rows = "\n".join(f"  static constexpr std::string_view {constant(value)} = {quoted(value)};"
                             for value in values)
            enums.append(f"struct {type_name(name)} {{\n{rows}\n}};\n")
    errors = "\n".join(
        f"inline constexpr std::string_view {constant(name)} = "
        f"{quoted(model['shapes'][name].get('error', {}).get('code', name))};"
        for name in shapes if model["shapes"][name].get("exception"))
    operations = "\n".join(f"inline constexpr const {WIRE}Operation& {name} = detail::operation_table[{i}];"
                           for i, name in enumerate(names))
    return f"""// Generated by tools/gen_wire.py from botocore's model of {service}.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "wire/shape.hpp"
#include "wire/view.hpp"

namespace slipway::wire::{namespace_name(service)} {{

extern const {WIRE}Service service;

namespace detail {{
extern const {WIRE}Operation operation_table[{len(names)}];
}}

namespace operations {{
{operations}
}}

// Codes of the errors that these operations answer with.
namespace errors {{
{errors}
}}

{chr(10).join(enums)}
{Views(model, shapes).render()}

}}  // namespace slipway::wire::{namespace_name(service)}
"""
