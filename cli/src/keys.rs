//! Fresh keys and tokens.

use anyhow::{Context as _, Result, anyhow, bail};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::Language;

fn random() -> Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("the system gives no random bytes: {error}"))?;
    Ok(bytes)
}

/// An admin token, and the value of `ADMIN_TOKENS` that knows it.
///
/// # Errors
/// If the system gives no random bytes.
pub(crate) fn token(name: &str) -> Result<(String, String)> {
    let token = format!("dct_{}", URL_SAFE_NO_PAD.encode(random()?));
    let entry = json!({ name: hex::encode(Sha256::digest(&token)) });
    Ok((token, entry.to_string()))
}

/// The first key's id. A key of another id is one beside others, which must not be lost.
const FIRST: &str = "k1";

/// The value of `SEALING_KEYS` with a fresh key, which is the current one, beside those that are there.
///
/// # Errors
/// If the present value cannot be read or has the id already, if a key that is not the first comes without
/// it, or if the system gives no random bytes.
pub(crate) fn sealing_keys(id: &str, present: Option<&str>, lang: Language) -> Result<String> {
    let mut keys = match present {
        Some(present) => keys_of(present).with_context(|| unreadable(lang))?,
        None if id == FIRST => Map::new(),
        None => bail!(lang.pick(
            "前のキーがないと、保存済みの秘密情報を読み取れなくなります。今の SEALING_KEYS の値をファイルに入れ、--with FILE で渡してください（標準入力なら --with -）",
            "without the keys that are there, what is stored could not be read any more: give the present value of SEALING_KEYS with --with FILE (--with - for standard input)",
        )),
    };
    if keys.contains_key(id) {
        bail!(
            "{}{id}",
            lang.pick(
                "このキーはすでにあります。別の名前にしてください: ",
                "there is a key of this id, name another: "
            )
        );
    }
    keys.insert(id.to_owned(), STANDARD.encode(random()?).into());
    Ok(json!({"current": id, "keys": keys}).to_string())
}

/// The keys of a value, or of a line as this command prints it. None of it stands in an error.
fn keys_of(present: &str) -> Result<Map<String, Value>> {
    let text = present.trim();
    let value = text.strip_prefix("SEALING_KEYS=").unwrap_or(text);
    let value: Value = serde_json::from_str(value).map_err(|_| anyhow!("no JSON"))?;
    let keys = value.get("keys").and_then(Value::as_object).filter(|keys| !keys.is_empty());
    keys.cloned().ok_or_else(|| anyhow!("no keys"))
}

fn unreadable(lang: Language) -> &'static str {
    lang.pick(
        "今の SEALING_KEYS の値を読み取れません（{\"current\":…,\"keys\":{…}} の形です）",
        "the present value of SEALING_KEYS cannot be read: it looks like {\"current\":…,\"keys\":{…}}",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_admin_token_comes_with_its_hash() {
        let (token, entry) = token("花子").unwrap();
        let entry: Value = serde_json::from_str(&entry).unwrap();
        assert_eq!(entry["花子"], hex::encode(Sha256::digest(&token)));
        assert_ne!(token, super::token("花子").unwrap().0);
    }

    fn made(id: &str, present: Option<&str>) -> Result<Value> {
        Ok(serde_json::from_str(&sealing_keys(id, present, Language::En)?)?)
    }

    #[test]
    fn the_first_sealing_key_is_current_and_has_256_bits() {
        let keys = made("k1", None).unwrap();
        assert_eq!(keys["current"], "k1");
        assert_eq!(STANDARD.decode(keys["keys"]["k1"].as_str().unwrap()).unwrap().len(), 32);
    }

    #[test]
    fn a_further_sealing_key_stands_beside_those_that_are_there() {
        let first = made("k1", None).unwrap();
        for present in [first.to_string(), format!("SEALING_KEYS={first}\n")] {
            let both = made("k2", Some(&present)).unwrap();
            assert_eq!(both["current"], "k2");
            assert_eq!(both["keys"]["k1"], first["keys"]["k1"]);
            assert_ne!(both["keys"]["k2"], both["keys"]["k1"]);
            assert!(made("k1", Some(&present)).is_err(), "a key that is there is not replaced");
        }
    }

    #[test]
    fn nothing_is_printed_that_would_drop_a_key_and_no_key_stands_in_an_error() {
        for present in
            [None, Some(""), Some("{}"), Some(r#"{"current":"k1","keys":{}}"#), Some(r#"{"k1":"c2VjcmV0""#)]
        {
            let error = format!("{:#}", made("k2", present).unwrap_err());
            assert!(error.contains("SEALING_KEYS") && !error.contains("c2VjcmV0"), "{error}");
        }
    }
}
