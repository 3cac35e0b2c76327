"""Write the types of the HTTP API for the UI, from the committed OpenAPI document. `--check` only compares."""

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "dunant" / "web" / "openapi.json"
TARGET = ROOT / "ui" / "src" / "api" / "wire.ts"
HEAD = "/** Shapes of the wire. Made by `make ui-types` from the OpenAPI document; do not edit. */\n"
PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def name_of(reference: str) -> str:
    return re.sub(r"\W", "_", reference.rsplit("/", 1)[-1])


def typescript(schema: dict[str, Any]) -> str:
    """Type expression of a JSON schema; what it does not say is `unknown`."""
    if "$ref" in schema:
        return name_of(schema["$ref"])
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    for key, sign in (("oneOf", " | "), ("anyOf", " | "), ("allOf", " & ")):
        if key in schema:
            return sign.join(dict.fromkeys(typescript(part) for part in schema[key]))
    kind = schema.get("type")
    if isinstance(kind, list):
        return " | ".join(typescript({**schema, "type": one}) for one in kind)
    if kind == "array":
        if "prefixItems" in schema:
            return f"[{', '.join(typescript(item) for item in schema['prefixItems'])}]"
        return f"({typescript(schema.get('items', {}))})[]"
    if kind == "object":
        if "properties" in schema:
            return f"{{\n{''.join(fields(schema))}}}"
        rest = schema.get("additionalProperties")
        return f"Record<string, {typescript(rest) if isinstance(rest, dict) else 'unknown'}>"
    return PLAIN.get(str(kind), "unknown")


def fields(schema: dict[str, Any]) -> list[str]:
    required = set(schema.get("required", []))
    items = schema["properties"].items()
    return [f"  {json.dumps(name)}{'' if name in required else '?'}: {typescript(kind)}\n" for name, kind in items]


if __name__ == "__main__":
    schemas = json.loads(SOURCE.read_text())["components"]["schemas"]
    text = HEAD + "".join(
        f"\nexport type {name_of(name)} = {typescript(one)}\n" for name, one in sorted(schemas.items())
    )
    if "--check" in sys.argv and text != TARGET.read_text():
        sys.exit(f"{TARGET.relative_to(ROOT)} is not what the OpenAPI document says: run `make ui-types`")
    TARGET.write_text(text)
