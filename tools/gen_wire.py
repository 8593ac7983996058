#!/usr/bin/env python3
"""Emits shape tables and typed views from the API models of the pinned botocore.

  gen_wire.py service ecs --models models --out DIR     DIR/ecs.hpp and DIR/ecs.cpp
  gen_wire.py index --models models --out DIR           DIR/services.cpp
  gen_wire.py record --models models                    rewrites models/models.sha256

Only the closure of the operations listed in models/<service>.ops is emitted. models/overlay.json
corrects the models. A model whose SHA-256 differs from models/models.sha256 stops the build: after a
new pin, look at what changed, then `record`.
"""

import argparse
import gzip
import hashlib
import importlib.util
import json
import pathlib
import re
import sys

WIRE = "::slipway::wire::"
TYPES = {
    "string": "string", "character": "string", "blob": "blob", "boolean": "boolean", "integer": "integer",
    "long": "long_", "float": "float_", "double": "double_", "timestamp": "timestamp",
    "structure": "structure", "list": "list", "map": "map",
}
PROTOCOLS = {"json": "json", "rest-json": "rest_json", "query": "query", "ec2": "ec2", "rest-xml": "rest_xml"}
LOCATIONS = {"header": "header", "headers": "headers", "uri": "uri", "querystring": "querystring",
             "statusCode": "status"}
FORMATS = {"iso8601": "iso8601", "unixTimestamp": "epoch_seconds", "rfc822": "http_date"}
# Names that C++ or its library's macros claim.
RESERVED = set("""alignas alignof and asm auto bool break case catch char class concept const consteval
constexpr continue default delete do double else enum explicit export extern false float for friend goto if
inline int long mutable namespace new noexcept not nullptr operator or private protected public register
requires return short signed sizeof static struct switch template this throw true try typedef typename
union unsigned using virtual void volatile while xor NULL EOF errno stdin stdout stderr assert linux unix
raw absent has get set add shape""".split())


def fail(text):
    sys.exit(f"gen_wire.py: {text}")


# --- Models ---

def data_folder():
    spec = importlib.util.find_spec("botocore")
    if spec is None:
        fail("botocore is not installed in this Python; run `make deps`")
    return pathlib.Path(spec.origin).parent / "data"


def read_model(service):
    versions = sorted((data_folder() / service).glob("*/service-2.json.gz"))
    if not versions:
        fail(f"models/{service}.ops: botocore has no service of that name")
    return gzip.decompress(versions[-1].read_bytes())


def read_operations(path):
    lines = [line.split("#")[0].strip() for line in path.read_text().splitlines()]
    return sorted(set(line for line in lines if line))


def merge(into, patch):
    for key, value in patch.items():
        if value is None:
            into.pop(key, None)
        elif isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = value


def load(models, service):
    text = read_model(service)
    recorded = dict(reversed(line.split()) for line in (models / "models.sha256").read_text().splitlines())
    found = hashlib.sha256(text).hexdigest()
    if recorded.get(service) != found:
        fail(f"the model of {service} is not the recorded one ({found[:12]}…): install tools/requirements.txt "
             "(`make deps`), or look at what changed and run `gen_wire.py record`")
    model = json.loads(text)
    overlay = json.loads((models / "overlay.json").read_text()).get(service, {})
    merge(model, overlay.get("model", {}))
    names = read_operations(models / f"{service}.ops")
    for name in names:
        if name not in model["operations"]:
            fail(f"models/{service}.ops: {service} has no operation {name}")
    return model, names, overlay


def uses(shape):
    """The (name, reference) pairs by which a shape uses others."""
    if shape["type"] == "structure":
        return list(shape.get("members", {}).items())
    return [(key, shape[key]) for key in ("member", "key", "value") if key in shape]


def closure(model, names):
    found, waiting = set(), []
    for name in names:
        operation = model["operations"][name]
        for use in (operation.get("input"), operation.get("output"), *operation.get("errors", [])):
            if use:
                waiting.append(use["shape"])
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [use["shape"] for _, use in uses(model["shapes"][name])]
    return sorted(found)


# --- C++ text ---

def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def fields(pairs):
    """Designated initialisers of what differs from the default."""
    return "{" + ", ".join(f".{key} = {value}" for key, value in pairs if value is not None) + "}"


def text_or_none(value):
    return quoted(value) if value else None


def true_or_none(value):
    return "true" if value else None


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


# --- Tables ---

def namespace(traits):
    value = traits.get("xmlNamespace")
    return (value.get("uri"), value.get("prefix")) if isinstance(value, dict) else (value, None)


def query_name(protocol, traits, default):
    if protocol == "ec2":
        if "queryName" in traits:
            return traits["queryName"]
        name = traits.get("locationName", default)
        return type_name(name) if name else name
    return traits.get("locationName", default)


def member_row(model, protocol, name, use, required, named, index, answer):
    """`named`: a structure's member, whose wire names fall back to its own. `answer`: of an output."""
    # A locationName of the shape itself names a root element, never a member.
    shape = {key: value for key, value in model["shapes"][use["shape"]].items() if key != "locationName"}
    traits = {**shape, **use}
    uri, prefix = namespace(traits)
    default = name if named else ""
    location = LOCATIONS.get(use.get("location"))
    if answer and location in ("uri", "querystring"):
        location = None  # an answer has neither
    return fields([
        ("name", quoted(name)),
        ("shape", f"&shapes[{index[use['shape']]}]"),
        ("wire_name", quoted(traits.get("locationName", default))),
        ("query_name", quoted(query_name(protocol, traits, default))),
        ("xml_namespace", text_or_none(uri)),
        ("xml_prefix", text_or_none(prefix)),
        ("location", f"Location::{location}" if location else None),
        ("timestamp_format",
         f"TimestampFormat::{FORMATS[traits['timestampFormat']]}" if "timestampFormat" in traits else None),
        ("required", true_or_none(required)),
        ("flattened", true_or_none(traits.get("flattened"))),
        ("xml_attribute", true_or_none(use.get("xmlAttribute"))),
        ("json_value", true_or_none(use.get("jsonvalue"))),
        ("idempotency_token", true_or_none(use.get("idempotencyToken"))),
        ("host_label", true_or_none(use.get("hostLabel"))),
        ("event_header", true_or_none(use.get("eventheader"))),
        ("event_payload", true_or_none(use.get("eventpayload"))),
    ])


def answers(model, names):
    """Shapes that are outputs and no inputs."""
    sides = {side: {model["operations"][name][side]["shape"] for name in names if side in model["operations"][name]}
             for side in ("input", "output")}
    return sides["output"] - sides["input"]


def shape_tables(model, protocol, names, outputs):
    index = {name: position for position, name in enumerate(names)}
    arrays, rows = [], []
    for name in names:
        shape = model["shapes"][name]
        required, tag = shape.get("required", []), f"s{index[name]}"
        structure = shape["type"] == "structure"
        members = uses(shape)
        if members:
            table = ",\n    ".join(member_row(model, protocol, key, use, key in required, structure, index,
                                              name in outputs)
                                   for key, use in members)
            arrays.append(f"constexpr Member {tag}_members[] = {{\n    {table}}};")
        by_wire = None
        if structure and members:
            wire = [use.get("locationName", key) for key, use in members]
            own = sorted(range(len(members)), key=lambda i: members[i][0].encode())
            other = sorted(range(len(members)), key=lambda i: wire[i].encode())
            arrays.append(f"constexpr std::uint16_t {tag}_by_name[] = {{{', '.join(map(str, own))}}};")
            by_wire = f"{tag}_by_name"
            if other != own or wire != [key for key, _ in members]:
                by_wire = f"{tag}_by_wire"
                arrays.append(f"constexpr std::uint16_t {by_wire}[] = {{{', '.join(map(str, other))}}};")
        if shape.get("enum"):
            arrays.append(f"constexpr std::string_view {tag}_enum[] = "
                          f"{{{', '.join(map(quoted, shape['enum']))}}};")
        payload = shape.get("payload")
        error = shape.get("error", {})
        uri, prefix = namespace(shape)
        rows.append(fields([
            ("name", quoted(name)),
            ("type", "Type::document" if shape.get("document") else f"Type::{TYPES[shape['type']]}"),
            ("members", f"{tag}_members" if members else None),
            ("by_name", f"{tag}_by_name" if by_wire else None),
            ("by_wire_name", by_wire),
            ("enum_values", f"{tag}_enum" if shape.get("enum") else None),
            ("min", shape.get("min") and int(shape["min"])),
            ("max", shape.get("max") and int(shape["max"])),
            ("payload", [key for key, _ in members].index(payload) if payload else None),
            ("sensitive", true_or_none(shape.get("sensitive"))),
            ("is_union", true_or_none(shape.get("union"))),
            ("event_stream", true_or_none(shape.get("eventstream"))),
            ("is_error", true_or_none(shape.get("exception"))),
            ("fault", true_or_none(shape.get("fault") or error.get("fault"))),
            ("error_code", text_or_none(error.get("code"))),
            ("http_status", error.get("httpStatusCode")),
            ("xml_namespace", text_or_none(uri)),
            ("xml_prefix", text_or_none(prefix)),
            ("xml_name", text_or_none(shape.get("locationName"))),
        ]))
    table = ",\n    ".join(rows)
    return index, (f"extern const Shape shapes[{len(names)}];\n\n" + "\n".join(arrays) +
                   f"\n\nconstinit const Shape shapes[{len(names)}] = {{\n    {table}}};\n")


def operation_tables(model, names, index):
    arrays, rows = [], []
    for position, name in enumerate(names):
        operation = model["operations"][name]
        http, given, gives = operation.get("http", {}), operation.get("input"), operation.get("output")
        errors = [f"&shapes[{index[use['shape']]}]" for use in operation.get("errors", [])]
        if errors:
            arrays.append(f"constexpr const Shape* o{position}_errors[] = {{{', '.join(errors)}}};")
        uri, prefix = namespace(given or {})
        rows.append(fields([
            ("name", quoted(name)),
            ("method", quoted(http["method"]) if http.get("method", "POST") != "POST" else None),
            ("uri", quoted(http["requestUri"]) if http.get("requestUri", "/") != "/" else None),
            ("status", http.get("responseCode")),
            ("input", f"&shapes[{index[given['shape']]}]" if given else None),
            ("output", f"&shapes[{index[gives['shape']]}]" if gives else None),
            ("errors", f"o{position}_errors" if errors else None),
            ("input_xml_name", text_or_none((given or {}).get("locationName"))),
            ("input_xml_namespace", text_or_none(uri)),
            ("input_xml_prefix", text_or_none(prefix)),
            ("result_wrapper", text_or_none((gives or {}).get("resultWrapper"))),
            ("host_prefix", text_or_none(operation.get("endpoint", {}).get("hostPrefix"))),
            ("idempotent", true_or_none(operation.get("idempotent"))),
        ]))
    return "\n".join(arrays), ",\n    ".join(rows)


def source(service, model, names, overlay):
    meta = model["metadata"]
    protocol = meta["protocol"]
    if protocol not in PROTOCOLS:
        fail(f"{service} speaks {protocol}, for which there is no codec")
    shapes = closure(model, names)
    index, shape_text = shape_tables(model, protocol, shapes, answers(model, names))
    operation_arrays, operation_rows = operation_tables(model, names, index)
    code = "ValidationError" if protocol == "query" else "ValidationException"
    row = fields([
        ("id", quoted(service)),
        ("service_id", quoted(meta.get("serviceId", service))),
        ("full_name", quoted(meta["serviceFullName"])),
        ("signing_name", quoted(meta.get("signingName", meta["endpointPrefix"]))),
        ("endpoint_prefix", quoted(meta["endpointPrefix"])),
        ("target_prefix", text_or_none(meta.get("targetPrefix"))),
        ("json_version", text_or_none(str(meta.get("jsonVersion", "")))),
        ("api_version", quoted(meta["apiVersion"])),
        ("xml_namespace", text_or_none(namespace(meta)[0])),
        ("protocol", f"Protocol::{PROTOCOLS[protocol]}"),
        ("query_compatible", true_or_none(meta.get("awsQueryCompatible"))),
        ("validation_code", quoted(overlay.get("validation_code", code))),
        ("operations", "detail::operation_table"),
        ("shapes", "shapes"),
    ])
    views = "\n".join(f"const Shape& {type_name(name)}::shape() {{ return shapes[{index[name]}]; }}"
                      for name in shapes if is_view(model["shapes"][name]))
    return f"""// Generated by tools/gen_wire.py from botocore's model of {service}.
#include "wire/gen/{service}.hpp"

#include "wire/shape.hpp"

namespace slipway::wire::{service} {{
using ::slipway::wire::Location, ::slipway::wire::Protocol, ::slipway::wire::TimestampFormat;
namespace {{
using Member = {WIRE}Member;
using Shape = {WIRE}Shape;
using Type = {WIRE}Type;

{shape_text}
{operation_arrays}
}}  // namespace

namespace detail {{
constinit const {WIRE}Operation operation_table[{len(names)}] = {{
    {operation_rows}}};
}}  // namespace detail

constinit const {WIRE}Service service = {row};

{views}

}}  // namespace slipway::wire::{service}
"""


# --- Views ---

def is_view(shape):
    return shape["type"] == "structure" and not shape.get("document") and not shape.get("exception")


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

namespace slipway::wire::{service} {{

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

}}  // namespace slipway::wire::{service}
"""


def index(services):
    includes = "\n".join(f"namespace {name} {{ extern const Service service; }}" for name in services)
    rows = ", ".join(f"&{name}::service" for name in services)
    return f"""// Generated by tools/gen_wire.py from models/*.ops.
#include "wire/shape.hpp"

namespace slipway::wire {{
{includes}

std::span<const Service* const> services() {{
  static constexpr const Service* all[] = {{{rows}}};
  return all;
}}

}}  // namespace slipway::wire
"""


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("mode", choices=["service", "index", "record"])
    parser.add_argument("service", nargs="?")
    parser.add_argument("--models", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path)
    arguments = parser.parse_args()
    services = sorted(path.stem for path in arguments.models.glob("*.ops"))
    if arguments.mode == "record":
        lines = [f"{hashlib.sha256(read_model(name)).hexdigest()}  {name}" for name in services]
        (arguments.models / "models.sha256").write_text("\n".join(lines) + "\n")
    elif arguments.mode == "index":
        write(arguments.out / "services.cpp", index(services))
    else:
        model, names, overlay = load(arguments.models, arguments.service)
        write(arguments.out / f"{arguments.service}.hpp", header(arguments.service, model, names))
        write(arguments.out / f"{arguments.service}.cpp", source(arguments.service, model, names, overlay))


main()
