"""The .cpp of a service: its shapes and operations as constants."""

from wire_gen.model import closure, fail, is_view, uses
from wire_gen.text import fields, namespace_name, quoted, text_or_none, true_or_none, type_name

TYPES = {
    "string": "string", "character": "string", "blob": "blob", "boolean": "boolean", "integer": "integer",
    "long": "long_", "float": "float_", "double": "double_", "timestamp": "timestamp",
    "structure": "structure", "list": "list", "map": "map",
}
PROTOCOLS = {"json": "json", "rest-json": "rest_json", "query": "query", "ec2": "ec2", "rest-xml": "rest_xml"}
LOCATIONS = {"header": "header", "headers": "headers", "uri": "uri", "querystring": "querystring",
             "statusCode": "status"}
FORMATS = {"iso8601": "iso8601", "unixTimestamp": "epoch_seconds", "rfc822": "http_date"}


def namespace(traits):
    value = traits.get("xmlNamespace")
    return (value.get("uri"), value.get("prefix")) if isinstance(value, dict) else (value, None)


def bound(shape, name):
    return int(shape[name]) if name in shape else None


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
        ("location", f"w::Location::{location}" if location else None),
        ("timestamp_format",
         f"w::TimestampFormat::{FORMATS[traits['timestampFormat']]}" if "timestampFormat" in traits else None),
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
            arrays.append(f"constexpr w::Member {tag}_members[] = {{\n    {table}}};")
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
            ("type", "w::Type::document" if shape.get("document") else f"w::Type::{TYPES[shape['type']]}"),
            ("members", f"{tag}_members" if members else None),
            ("by_name", f"{tag}_by_name" if by_wire else None),
            ("by_wire_name", by_wire),
            ("enum_values", f"{tag}_enum" if shape.get("enum") else None),
            ("min", bound(shape, "min")),
            ("max", bound(shape, "max")),
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
    return index, (f"extern const w::Shape shapes[{len(names)}];\n\n" + "\n".join(arrays) +
                   f"\n\nconstinit const w::Shape shapes[{len(names)}] = {{\n    {table}}};\n")


def operation_tables(model, names, index):
    arrays, rows = [], []
    for position, name in enumerate(names):
        operation = model["operations"][name]
        http, given, gives = operation.get("http", {}), operation.get("input"), operation.get("output")
        errors = [f"&shapes[{index[use['shape']]}]" for use in operation.get("errors", [])]
        if errors:
            arrays.append(f"constexpr const w::Shape* o{position}_errors[] = {{{', '.join(errors)}}};")
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
        ("protocol", f"w::Protocol::{PROTOCOLS[protocol]}"),
        ("query_compatible", true_or_none(meta.get("awsQueryCompatible"))),
        ("validation_code", quoted(overlay.get("validation_code", code))),
        ("operations", "detail::operation_table"),
        ("shapes", "shapes"),
    ])
    views = "\n".join(f"const w::Shape& {type_name(name)}::shape() {{ return shapes[{index[name]}]; }}"
                      for name in shapes if is_view(model["shapes"][name]))
    return f"""// Generated by tools/gen_wire.py from botocore's model of {service}.
#include "wire/gen/{service}.hpp"

#include "wire/shape.hpp"

namespace slipway::wire::{namespace_name(service)} {{
namespace w = ::slipway::wire;  // a service may have shapes of our types' names
namespace {{

{shape_text}
{operation_arrays}
}}  // namespace

namespace detail {{
constinit const w::Operation operation_table[{len(names)}] = {{
    {operation_rows}}};
}}  // namespace detail

constinit const w::Service service = {row};

{views}

}}  // namespace slipway::wire::{namespace_name(service)}
"""


def index(services):
    includes = "\n".join(f"namespace {namespace_name(name)} {{ extern const Service service; }}" for name in services)
    rows = ", ".join(f"&{namespace_name(name)}::service" for name in services)
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
