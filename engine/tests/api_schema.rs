//! The API's descriptions are those of the Rust types: a JSON Schema, from which the views' TypeScript types
//! are made, and an OpenAPI document.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use daicho_engine::ui::{Access, Operation, Operations};
use schemars::schema_for;
use serde_json::{Map, Value, json};

/// Holds a file to what it should be, or renews it.
fn is_current(name: &str, current: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema").join(name);
    let current = format!("{}\n", serde_json::to_string_pretty(current).unwrap());
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &current).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap_or_default() == current,
        "schema/{name} is not that of the Rust types; renew it with \
         `UPDATE_SCHEMA=1 cargo test -p daicho-engine --test api_schema` and then the TypeScript types with \
         `node app-ui-wasm/types.mjs`"
    );
}

#[test]
fn the_schema_of_the_api_is_current() {
    is_current("api.schema.json", &json!(schema_for!(Operations)));
}

#[test]
fn the_description_of_the_api_is_current() {
    is_current("api.openapi.json", &openapi());
}

fn openapi() -> Value {
    // The types stand elsewhere in an OpenAPI document than in a JSON Schema.
    let schema = json!(schema_for!(Operations)).to_string().replace("#/$defs/", "#/components/schemas/");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let mut schemas = schema["$defs"].as_object().unwrap().clone();
    schemas.insert("Call".to_owned(), call());
    schemas.insert("Refusal".to_owned(), refusal());
    let paths: Map<String, Value> = Operation::ALL
        .iter()
        .map(|operation| {
            let types = &schema["properties"][operation.name()]["properties"];
            (format!("/api/{}", operation.name()), path(*operation, types))
        })
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Daicho: the API of the Stripe App's views",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Each call is a POST that Stripe signed for the person who looks \
                (`fetchStripeSignature`): the header `Stripe-Signature` is over the text `signed`, which names \
                the operation and binds the text `request` by its hash. A request of an operation that changes \
                something may hold `operation`, an id under which a lost answer is given again. The account, the \
                user and the roles are Stripe's word; `mode` is the caller's own claim, since Stripe signs what the \
                view says there: whoever may use the app in an account reaches its test and its live data alike. Each \
                mode has its own connections, keys and read roles.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"stripe": {"type": "apiKey", "in": "header", "name": "Stripe-Signature"}},
        },
        "security": [{"stripe": []}],
    })
}

fn path(operation: Operation, types: &Value) -> Value {
    let who = match operation.access() {
        Access::Read => "For those who may read, as `read_roles` of the connections says.",
        Access::Change => "For administrators and developers: `signed` holds `stripe_roles`.",
    };
    let of = |schema: &Value| json!({"application/json": {"schema": schema}});
    json!({"post": {
        "operationId": operation.name(),
        "summary": operation.summary(),
        "description": who,
        "requestBody": {
            "required": true,
            "content": of(&json!({"$ref": "#/components/schemas/Call"})),
            "x-request": types["request"],
        },
        "responses": {
            "200": {"description": "It is done.", "content": of(&types["answer"])},
            "default": {
                "description": "It is not done, and why.",
                "content": of(&json!({"$ref": "#/components/schemas/Refusal"})),
            },
        },
    }})
}

fn call() -> Value {
    json!({
        "type": "object",
        "required": ["signed", "request"],
        "additionalProperties": false,
        "properties": {
            "signed": {
                "type": "string",
                "contentMediaType": "application/json",
                "description": "Exactly what was signed.",
                "contentSchema": {
                    "type": "object",
                    "required": ["op", "nonce", "mode", "body_sha256", "user_id", "account_id"],
                    "additionalProperties": false,
                    "properties": {
                        "op": {"enum": Operation::ALL.iter().map(|one| one.name()).collect::<Vec<_>>()},
                        "nonce": {"type": "string", "pattern": "^[A-Za-z0-9_-]{16,64}$"},
                        "mode": {"enum": ["live", "test"]},
                        "body_sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                        "stripe_roles": {"type": "array", "items": {"type": "object", "required": ["id"]}},
                        "user_id": {"type": "string"},
                        "account_id": {"type": "string", "pattern": "^acct_"},
                    },
                },
            },
            "request": {
                "type": "string",
                "contentMediaType": "application/json",
                "description": "The operation's request, as `x-request` says.",
            },
        },
    })
}

fn refusal() -> Value {
    let text = json!({"$ref": "#/components/schemas/Text"});
    json!({
        "type": "object",
        "required": ["error"],
        "properties": {"error": {
            "type": "object",
            "required": ["reason", "message"],
            "properties": {
                "reason": {"type": "string", "description": "Stable, for machines."},
                "message": {"type": "string"},
                "text": text,
                "issues": {"type": "array", "items": {"$ref": "#/components/schemas/Issue"}},
            },
        }},
    })
}
