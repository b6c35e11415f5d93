//! `daicho dead-letters`: what will not succeed by itself.

use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use crate::api::Admin;
use crate::{Language, moment};

pub(crate) const EXAMPLES: &str = "\
Examples:
  daicho dead-letters
  daicho dead-letters list --target customers --values
  daicho dead-letters replay 12 15
  daicho dead-letters replay --target customers --code CB_VA01
  daicho dead-letters discard 12 --reason duplicate
  daicho dead-letters --discarded";

/// What is to be done with them.
#[derive(Debug, Subcommand)]
pub(crate) enum DeadLetters {
    /// List them, with the reason
    List(List),
    /// Send some again, as their objects are now; each goes from the list once that succeeded
    Replay(Replay),
    /// Take some off the list; a later change of the object is tried as if it was new
    Discard(Discard),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Of this target alone
    #[arg(long)]
    target: Option<String>,
    /// With this code alone
    #[arg(long)]
    code: Option<String>,
    /// Show the values that were to be written; they may be personal data
    #[arg(long)]
    values: bool,
    /// Those that were discarded, by whom and why
    #[arg(long, conflicts_with_all = ["target", "code", "values"])]
    discarded: bool,
    /// As the Worker gives it
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Replay {
    /// Those with these numbers
    #[arg(value_name = "ID", conflicts_with_all = ["target", "code", "all"])]
    ids: Vec<i64>,
    /// All of this target
    #[arg(long)]
    target: Option<String>,
    /// All with this code
    #[arg(long)]
    code: Option<String>,
    /// All there are
    #[arg(long, conflicts_with_all = ["target", "code"])]
    all: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Discard {
    /// Those with these numbers
    #[arg(value_name = "ID", required = true)]
    ids: Vec<i64>,
    /// Why; it is kept with your token's name for 90 days
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Carries out `daicho dead-letters …`.
///
/// # Errors
/// If there is no answer or it is refused.
pub(crate) fn run(admin: &Admin, what: DeadLetters, lang: Language) -> Result<String> {
    match what {
        DeadLetters::List(list) => {
            let letters = all(admin, &list)?;
            if list.json {
                return Ok(format!("{:#}\n", json!({ "dead_letters": letters })));
            }
            Ok(shown(&letters, lang))
        }
        DeadLetters::Replay(replay) => again(admin, &replay, lang),
        DeadLetters::Discard(discard) => {
            let body = json!({"ids": discard.ids, "reason": discard.reason});
            let count = &admin.answer_dead_letters("discard", &body)?["discarded"];
            Ok(format!("{count} {}\n", lang.pick("件を取り下げました", "discarded")))
        }
    }
}

/// All pages.
fn all(admin: &Admin, list: &List) -> Result<Vec<Value>> {
    let mut query: Vec<(&str, String)> = Vec::new();
    query.extend(list.target.clone().map(|target| ("target", target)));
    query.extend(list.code.clone().map(|code| ("code", code)));
    query.extend(list.values.then(|| ("values", "1".to_owned())));
    query.extend(list.discarded.then(|| ("discarded", "1".to_owned())));
    let mut letters = Vec::new();
    let mut after = 0;
    loop {
        let page = [&query[..], &[("after", after.to_string())]].concat();
        let mut answer = admin.dead_letters(&page)?;
        let Value::Array(page) = answer["dead_letters"].take() else {
            return Ok(letters);
        };
        let last = page.last().and_then(|letter| letter["id"].as_i64());
        letters.extend(page);
        match last {
            Some(last) if last > after => after = last,
            _ => return Ok(letters),
        }
    }
}

/// Goes on until the Worker has been through all of a kind.
fn again(admin: &Admin, replay: &Replay, lang: Language) -> Result<String> {
    let mut body = Map::new();
    if !replay.ids.is_empty() {
        body.insert("ids".to_owned(), json!(replay.ids));
    }
    body.extend(replay.target.clone().map(|target| ("target".to_owned(), json!(target))));
    body.extend(replay.code.clone().map(|code| ("code".to_owned(), json!(code))));
    body.extend(replay.all.then(|| ("all".to_owned(), json!(true))));
    let (mut count, mut not) = (0, Vec::new());
    loop {
        let answer = admin.answer_dead_letters("replay", &Value::Object(body.clone()))?;
        count += answer["replayed"].as_u64().unwrap_or_default();
        not.extend(answer["not_replayed"].as_array().into_iter().flatten().map(Value::to_string));
        match answer["next"].as_i64() {
            Some(next) => body.insert("after".to_owned(), json!(next)),
            None => break,
        };
    }
    let mut said = format!("{count} {}\n", lang.pick("件を再送します", "are sent again"));
    if !not.is_empty() {
        let why = lang.pick(
            "再送できません（番号が違うか、内容の保存期間が過ぎています）",
            "cannot be sent again: there is no such letter, or its content is not kept any more",
        );
        said.push_str(&format!("{}: {why}\n", not.join(", ")));
    }
    Ok(said)
}

/// One letter a paragraph: its number, what it is about, and why.
fn shown(letters: &[Value], lang: Language) -> String {
    if letters.is_empty() {
        return format!("{}\n", lang.pick("要対応はありません。", "Nothing needs attention."));
    }
    letters.iter().map(|letter| paragraph(letter, lang)).collect()
}

fn paragraph(letter: &Value, lang: Language) -> String {
    let part = |name: &str| letter[name].as_str().filter(|text| !text.is_empty());
    let names = ["target", "object_id", "event_id"].into_iter().filter_map(part);
    let code = part("code").unwrap_or("?");
    let mut said = format!("{}  {} ({code})\n", letter["id"], names.collect::<Vec<_>>().join(" "));
    let mut line = |text: String| said.push_str(&format!("  {text}\n"));
    if let Some(text) = letter["text"][lang.pick("ja", "en")].as_str() {
        line(text.to_owned());
    }
    if let Some(domain) = letter["app"]["domain"].as_str() {
        line(format!("{}: {domain} {}", lang.pick("アプリ", "app"), letter["app"]["app"]));
    }
    if let Some(field) = part("field") {
        line(format!("{}: {field}", lang.pick("フィールド", "field")));
    }
    let at = |name: &str| moment::at(&letter[name], lang);
    line(match lang {
        Language::Ja => format!("初回 {}、最終 {}、{}回", at("first"), at("last"), letter["attempts"]),
        Language::En => format!("first {}, last {}, {} tries", at("first"), at("last"), letter["attempts"]),
    });
    if !letter["payload"].is_null() {
        line(format!("{}: {}", lang.pick("内容", "content"), letter["payload"]));
    }
    if let (Some(by), Some(reason)) = (part("by"), part("reason")) {
        line(format!("{} {} {by}: {reason}", lang.pick("取り下げ", "discarded"), at("at")));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_letter_says_what_it_is_about_and_why() {
        let letter = json!({
            "id": 12, "kind": "record", "target": "customers", "object_id": "cus_1", "event_id": "",
            "code": "CB_VA01", "app": {"domain": "example.cybozu.com", "guest_space": null, "app": 3},
            "text": {"ja": "値が長すぎます。", "en": "The value is too long."}, "field": "顧客名",
            "first": 1_795_305_600_000_i64, "last": 1_795_305_660_000_i64, "attempts": 2,
            "payload": {"顧客名": "***"},
        });
        let said = shown(&[letter], Language::Ja);
        let expected = "12  customers cus_1 (CB_VA01)\n  値が長すぎます。\n  アプリ: example.cybozu.com 3\n  \
                        フィールド: 顧客名\n  初回 2026/11/22 09:00（日本時間）、最終 2026/11/22 09:01（日本時間）、2回\n  \
                        内容: {\"顧客名\":\"***\"}\n";
        assert_eq!(said, expected);
        assert!(shown(&[], Language::En).contains("Nothing"));
    }

    #[test]
    fn a_discarded_one_says_who_and_why() {
        let letter = json!({"id": 1, "target": "customers", "object_id": "cus_1", "code": "too_long",
            "attempts": 1, "by": "hanako", "reason": "テスト", "at": 1_795_305_600_000_i64});
        let said = shown(&[letter], Language::Ja);
        assert!(said.ends_with("取り下げ 2026/11/22 09:00（日本時間） hanako: テスト\n"), "{said}");
    }
}
