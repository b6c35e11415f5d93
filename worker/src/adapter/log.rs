//! Structured log lines on the console, where `wrangler tail` and Workers Logs read them.

use daicho_engine::port::{Level, Log};
use serde_json::{Map, Value};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = log)]
    fn console_log(line: &str);
    #[wasm_bindgen(js_namespace = console, js_name = warn)]
    fn console_warn(line: &str);
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(line: &str);
}

/// One JSON object a line: `level`, `event`, `tenant` where there is one, then the line's own fields.
/// The time is Cloudflare's to add.
#[derive(Clone)]
pub struct ConsoleLog {
    tenant: Option<String>,
}

impl ConsoleLog {
    /// Lines of no tenant.
    #[must_use]
    pub fn new() -> Self {
        Self { tenant: None }
    }

    /// Lines of one tenant.
    #[must_use]
    pub fn of(tenant: String) -> Self {
        Self { tenant: Some(tenant) }
    }

    fn text(&self, level: Level, event: &'static str, fields: Value) -> String {
        let mut line = Map::new();
        line.insert("level".into(), word(level).into());
        line.insert("event".into(), event.into());
        if let Some(tenant) = &self.tenant {
            line.insert("tenant".into(), tenant.as_str().into());
        }
        match fields {
            Value::Object(fields) => {
                for (name, value) in fields {
                    // The line's own names stand; a field of the same name is taken for an id.
                    let name = if line.contains_key(&name) { format!("{name}_id") } else { name };
                    line.insert(name, value);
                }
            }
            Value::Null => {}
            other => {
                line.insert("detail".into(), other);
            }
        }
        Value::Object(line).to_string()
    }
}

impl Default for ConsoleLog {
    fn default() -> Self {
        Self::new()
    }
}

impl Log for ConsoleLog {
    fn line(&self, level: Level, event: &'static str, fields: Value) {
        let text = self.text(level, event, fields);
        match level {
            Level::Info => console_log(&text),
            Level::Warn => console_warn(&text),
            Level::Error => console_error(&text),
        }
    }
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_is_one_json_object_with_level_event_and_tenant_first() {
        let log = ConsoleLog::of("acct_1:test".into());
        assert_eq!(
            log.text(Level::Warn, "webhook_refused", json!({"status": 400, "reason": "not_json"})),
            r#"{"level":"warn","event":"webhook_refused","tenant":"acct_1:test","status":400,"reason":"not_json"}"#
        );
        assert_eq!(ConsoleLog::new().text(Level::Info, "x", Value::Null), r#"{"level":"info","event":"x"}"#);
    }
}
