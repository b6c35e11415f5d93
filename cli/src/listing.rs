//! `daicho dead-letters` for people.

use serde_json::Value;

use crate::Language;

/// One entry a paragraph: what it is about, and why.
pub(crate) fn dead_letters(answer: &Value, lang: Language) -> String {
    let letters = answer["dead_letters"].as_array().map(Vec::as_slice).unwrap_or_default();
    if letters.is_empty() {
        return format!("{}\n", lang.pick("要対応はありません。", "Nothing needs attention."));
    }
    let mut said = String::new();
    for letter in letters {
        let part = |name: &str| letter[name].as_str().unwrap_or("-").to_owned();
        let what = [part("kind"), part("target"), part("object_id")].join(" ");
        said.push_str(&format!("{what} ({})\n", part("code")));
        for (name, value) in letter.as_object().into_iter().flatten() {
            let told = ["kind", "target", "object_id", "code"].contains(&name.as_str());
            if let Some(text) = value[lang.pick("ja", "en")].as_str() {
                said.push_str(&format!("  {text}\n"));
            } else if !told && !value.is_null() {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                said.push_str(&format!("  {name}: {value}\n"));
            }
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_dead_letter_says_what_it_is_about_and_why() {
        let answer = json!({"dead_letters": [{
            "kind": "record", "target": "customers", "object_id": "cus_1", "code": "CB_VA01",
            "text": {"ja": "値が長すぎます。", "en": "The value is too long."}, "field": "顧客名",
        }]});
        let said = dead_letters(&answer, Language::Ja);
        assert!(
            said.contains("record customers cus_1 (CB_VA01)") && said.contains("値が長すぎます。"),
            "{said}"
        );
        assert!(dead_letters(&json!({"dead_letters": []}), Language::En).contains("Nothing"));
    }
}
