//! Form-encoded parameters with nested brackets: `items[0][price]=price_1&metadata[k]=v&expand[]=customer`.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::error::ApiError;

/// Parameters as sent: every leaf a string, every bracket an object. Whether an object with numbers
/// for keys is a list is for the parameter's own description to say (`metadata[0]` is none).
pub(super) type Sent = Map<String, Value>;

/// Reads a query or a body into `into`.
pub(super) fn decode(text: &str, into: &mut Sent) -> Result<(), ApiError> {
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let key = unescape(key)?;
        let value = unescape(value)?;
        insert(into, &path_of(&key), value);
    }
    Ok(())
}

fn unescape(text: &str) -> Result<String, ApiError> {
    percent_decode_str(&text.replace('+', " "))
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| ApiError::invalid("Invalid request: parameters must be UTF-8."))
}

/// `a[b][]` → `["a", "b", ""]`.
fn path_of(key: &str) -> Vec<&str> {
    let Some((head, rest)) = key.split_once('[') else {
        return vec![key];
    };
    let mut path = vec![head];
    path.extend(rest.split('[').map(|part| part.strip_suffix(']').unwrap_or(part)));
    path
}

fn insert(into: &mut Sent, path: &[&str], value: String) {
    let Some((head, rest)) = path.split_first() else {
        return;
    };
    // `[]` appends: the next number serves as the key.
    let key = if head.is_empty() { into.len().to_string() } else { (*head).to_owned() };
    if rest.is_empty() {
        into.insert(key, Value::String(value));
        return;
    }
    let entry = into.entry(key).or_insert_with(|| Value::Object(Map::new()));
    if !entry.is_object() {
        *entry = Value::Object(Map::new());
    }
    if let Value::Object(map) = entry {
        insert(map, rest, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn decoded(text: &str) -> Value {
        let mut sent = Sent::new();
        decode(text, &mut sent).unwrap();
        Value::Object(sent)
    }

    #[test]
    fn brackets_nest_and_empty_brackets_append() {
        assert_eq!(
            decoded("items[0][price]=price_1&items%5B0%5D%5Bquantity%5D=2&expand[]=a&expand[]=b"),
            json!({"items": {"0": {"price": "price_1", "quantity": "2"}}, "expand": {"0": "a", "1": "b"}})
        );
    }

    #[test]
    fn plus_is_a_space_and_percent_is_utf8() {
        assert_eq!(decoded("name=%E5%B1%B1%E7%94%B0+%2B"), json!({"name": "山田 +"}));
    }

    #[test]
    fn a_byte_sequence_that_is_not_utf8_is_refused() {
        assert!(decode("name=%FF", &mut Sent::new()).is_err());
    }
}
