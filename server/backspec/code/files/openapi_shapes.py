"""The objects of the OpenAPI specification: their fields, what each holds, and which must be there.

A shape is written as words, ``name:kind``; ``name!:kind`` must be there. A kind is a scalar
(``string``, ``boolean``, ``number``, ``scalar``), ``any``, another shape, ``[kind]`` for a list,
``{kind}`` for a map by names of one's own, or several of these with ``|``.
"""

from __future__ import annotations

import functools
from typing import Final, NamedTuple

_METHODS_3: Final = " ".join(
    f"{m}:Operation" for m in ("get", "put", "post", "delete", "options", "head", "patch", "trace")
)
_METHODS_2: Final = " ".join(
    f"{m}:Operation" for m in ("get", "put", "post", "delete", "options", "head", "patch")
)
_NUMBERS: Final = (
    "maximum:number minimum:number maxLength:number minLength:number pattern:string"
    " maxItems:number minItems:number uniqueItems:boolean enum:[any] multipleOf:number"
)
_PLAIN_2: Final = (
    "type:string format:string items:Items collectionFormat:string default:any"
    f" exclusiveMaximum:boolean exclusiveMinimum:boolean {_NUMBERS}"
)

VERSION_2: Final = {
    "Document": "swagger!:scalar info!:Info host:string basePath:string schemes:[string]"
    " consumes:[string] produces:[string] paths!:Paths definitions:{Schema} parameters:{Parameter}"
    " responses:{Response} securityDefinitions:{SecurityScheme} security:[Requirement] tags:[Tag]"
    " externalDocs:any",
    "Info": "title!:scalar description:scalar termsOfService:scalar contact:any license:any"
    " version!:scalar",
    "Paths": "*:PathItem",
    "PathItem": f"$ref:string parameters:[Parameter] {_METHODS_2}",
    "Operation": "tags:[scalar] summary:scalar description:scalar externalDocs:any"
    " operationId:scalar consumes:[string] produces:[string] parameters:[Parameter]"
    " responses!:Responses schemes:[string] deprecated:boolean security:[Requirement]",
    "Parameter": "name!:scalar in!:string description:scalar required:boolean schema:Schema"
    f" allowEmptyValue:boolean {_PLAIN_2}",
    "Items": _PLAIN_2,
    "Responses": "*:Response",
    "Response": "description!:scalar schema:Schema headers:{Header} examples:any",
    "Header": f"description:scalar {_PLAIN_2}",
    "Schema": "$ref:string format:string title:scalar description:scalar default:any type:string"
    " exclusiveMaximum:boolean exclusiveMinimum:boolean maxProperties:number minProperties:number"
    " required:[string] items:Schema|[Schema] allOf:[Schema] properties:{Schema}"
    " additionalProperties:Schema|boolean discriminator:string readOnly:boolean xml:any"
    f" externalDocs:any example:any {_NUMBERS} ?",
    "SecurityScheme": "type!:string description:scalar name:scalar in:string flow:string"
    " authorizationUrl:string tokenUrl:string scopes:any",
    "Requirement": "*:[scalar]",
    "Tag": "name!:scalar description:scalar externalDocs:any",
}

VERSION_30: Final = {
    "Document": "openapi!:scalar info!:Info servers:[Server] paths!:Paths components:Components"
    " security:[Requirement] tags:[Tag] externalDocs:any",
    "Info": "title!:scalar description:scalar termsOfService:scalar contact:any license:any"
    " version!:scalar",
    "Server": "url!:string description:scalar variables:{any}",
    "Paths": "*:PathItem",
    "PathItem": "$ref:string summary:scalar description:scalar servers:[Server]"
    f" parameters:[Parameter] {_METHODS_3}",
    "Operation": "tags:[scalar] summary:scalar description:scalar externalDocs:any"
    " operationId:scalar parameters:[Parameter] requestBody:RequestBody responses!:Responses"
    " callbacks:{any} deprecated:boolean security:[Requirement] servers:[Server]",
    "Parameter": "name!:scalar in!:string description:scalar required:boolean deprecated:boolean"
    " allowEmptyValue:boolean style:string explode:boolean allowReserved:boolean schema:Schema"
    " example:any examples:{any} content:{MediaType}",
    "RequestBody": "description:scalar content!:{MediaType} required:boolean",
    "MediaType": "schema:Schema example:any examples:{any} encoding:{any}",
    "Responses": "*:Response",
    "Response": "description!:scalar headers:{Header} content:{MediaType} links:{any}",
    "Header": "description:scalar required:boolean deprecated:boolean allowEmptyValue:boolean"
    " style:string explode:boolean schema:Schema example:any examples:{any} content:{MediaType}",
    "Components": "schemas:{Schema} responses:{Response} parameters:{Parameter} examples:{any}"
    " requestBodies:{RequestBody} headers:{Header} securitySchemes:{SecurityScheme} links:{any}"
    " callbacks:{any}",
    "Schema": "$ref:string title:scalar description:scalar type:string format:string default:any"
    " exclusiveMaximum:boolean exclusiveMinimum:boolean maxProperties:number minProperties:number"
    " required:[string] allOf:[Schema] oneOf:[Schema] anyOf:[Schema] not:Schema items:Schema"
    " properties:{Schema} additionalProperties:Schema|boolean nullable:boolean discriminator:any"
    " readOnly:boolean writeOnly:boolean xml:any externalDocs:any example:any deprecated:boolean"
    f" {_NUMBERS} ?",
    "SecurityScheme": "type!:string description:scalar name:scalar in:string scheme:string"
    " bearerFormat:scalar flows:any openIdConnectUrl:string",
    "Requirement": "*:[scalar]",
    "Tag": "name!:scalar description:scalar externalDocs:any",
}

VERSION_31: Final = {
    **VERSION_30,
    "Document": "openapi!:scalar info!:Info jsonSchemaDialect:string servers:[Server] paths:Paths"
    " webhooks:{PathItem} components:Components security:[Requirement] tags:[Tag] externalDocs:any"
    " $self:string",
    "Info": "title!:scalar summary:scalar description:scalar termsOfService:scalar contact:any"
    " license:any version!:scalar",
    "PathItem": "$ref:string summary:scalar description:scalar servers:[Server]"
    f" parameters:[Parameter] query:Operation additionalOperations:any {_METHODS_3}",
    "Operation": VERSION_30["Operation"].replace("responses!:", "responses:"),
    "Components": VERSION_30["Components"] + " pathItems:{PathItem} mediaTypes:any",
    "Schema": VERSION_30["Schema"]
    .replace("type:string", "type:string|[string]")
    .replace("exclusiveMaximum:boolean exclusiveMinimum:boolean", "exclusiveMaximum:number"
             " exclusiveMinimum:number")
    .replace("items:Schema", "items:Schema|boolean")
    .replace("nullable:boolean", "nullable:any")
    + " prefixItems:[Schema] const:any examples:any patternProperties:{Schema} if:Schema"
    " then:Schema else:Schema",
    "Response": "summary:scalar " + VERSION_30["Response"],
    "SecurityScheme": VERSION_30["SecurityScheme"] + " deprecated:boolean oauth2MetadataUrl:string",
    "Tag": VERSION_30["Tag"] + " summary:scalar parent:scalar kind:scalar",
    "Server": VERSION_30["Server"] + " name:scalar",
}  # fmt: skip


class Shape(NamedTuple):
    """One object of the specification."""

    fields: dict[str, tuple[str, ...]]
    """The kinds that each field may hold."""
    required: tuple[str, ...]
    others: tuple[str, ...] | None
    """The kinds of fields with names of one's own; None when there are none."""
    is_open: bool
    """Fields of other names mean something, too: JSON Schema has many."""


@functools.cache
def shapes(version: str) -> dict[str, Shape]:
    """The objects of a version: ``2``, ``3.0`` or ``3.1``."""
    written = {"2": VERSION_2, "3.0": VERSION_30}.get(version, VERSION_31)
    found = {}
    for name, text in written.items():
        fields: dict[str, tuple[str, ...]] = {}
        required = []
        others = None
        is_open = False
        for word in text.split():
            if word == "?":
                is_open = True
                continue
            field, _, kinds = word.partition(":")
            if field.endswith("!"):
                field = field[:-1]
                required.append(field)
            if field == "*":
                others = tuple(kinds.split("|"))
            else:
                fields[field] = tuple(kinds.split("|"))
        found[name] = Shape(fields, tuple(required), others, is_open)
    return found
