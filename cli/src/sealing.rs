//! `daicho sealing-key --status`: how many secrets are sealed under which key.

use serde_json::Value;

use crate::Language;
use crate::status::{both, text};

/// One key a line, and what is to be done.
pub(crate) fn shown(sealing: &Value, lang: Language) -> String {
    let pick = |ja, en| lang.pick(ja, en);
    let mut said = String::new();
    for (id, key) in sealing["keys"].as_object().into_iter().flatten() {
        let state = if sealing["current"] == *id {
            pick("使用中", "seals")
        } else if key["removable"] == true {
            pick("未使用（外せます）", "unused, may be removed")
        } else if key["held"] == true {
            pick("新しいキーでの再暗号化待ち", "to be sealed anew")
        } else {
            pick("SEALING_KEYSにありません", "not in SEALING_KEYS")
        };
        let count = format!("{} {}", text(&key["sealed"]), pick("件", "secrets"));
        said.push_str(&format!("{id}: {count}, {state}\n"));
    }
    if let Some(advice) = both(&sealing["text"], lang) {
        said.push_str(&format!("{advice}\n"));
    }
    said
}

/// The same in one line of the status.
pub(crate) fn in_short(sealing: &Value, lang: Language) -> String {
    let of = |(id, key): (&String, &Value)| format!("{id} {}", text(&key["sealed"]));
    let keys: Vec<String> = sealing["keys"].as_object().into_iter().flatten().map(of).collect();
    let mut said = keys.join(", ");
    if let Some(advice) = both(&sealing["text"], lang) {
        said.push_str(&format!("\n    {advice}"));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_key_says_what_is_sealed_under_it_and_whether_it_may_go() {
        let sealing = json!({"current": "k2", "under_way": false, "keys": {
            "k1": {"sealed": 0, "held": true, "removable": true},
            "k2": {"sealed": 3, "held": true, "removable": false}},
            "text": {"ja": "外せます。", "en": "Take k1 out."}});
        let said = shown(&sealing, Language::En);
        assert!(said.contains("k1: 0 secrets, unused") && said.contains("k2: 3 secrets, seals"), "{said}");
        assert!(in_short(&sealing, Language::Ja).starts_with("k1 0, k2 3"));
    }
}
