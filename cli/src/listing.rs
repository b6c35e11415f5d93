//! `daicho deletions` for people.

use serde_json::Value;

use crate::Language;

/// One target a line: what waits, what was done today, and how much may be.
pub(crate) fn deletions(answer: &Value, lang: Language) -> String {
    let targets = answer["deletions"].as_array().map(Vec::as_slice).unwrap_or_default();
    if targets.is_empty() {
        return format!(
            "{}\n",
            lang.pick("レコードを削除する設定はありません。", "No target deletes records.")
        );
    }
    let mut said = String::new();
    for target in targets {
        let number = |name: &str| target[name].as_i64().unwrap_or_default();
        let (waiting, today, limit) = (number("waiting"), number("today"), number("limit"));
        let name = target["target"].as_str().unwrap_or("-");
        said.push_str(&match lang {
            Language::Ja => format!("{name}: 削除待ち {waiting} 件、本日 {today} 件（1日 {limit} 件まで）\n"),
            Language::En => {
                format!("{name}: {waiting} to delete, {today} deleted today (up to {limit} a day)\n")
            }
        });
        if target["held"] == true {
            said.push_str(&match lang {
                Language::Ja => format!(
                    "  件数が多いため止めています。「daicho deletions approve {name}」で削除、「daicho deletions drop {name}」でレコードを残します。\n"
                ),
                Language::En => format!(
                    "  Held, for they are many: `daicho deletions approve {name}` deletes, `daicho deletions drop {name}` leaves the records.\n"
                ),
            });
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn held_deletions_say_how_to_go_on() {
        let answer = json!({"deletions": [
            {"target": "customers", "held": true, "waiting": 37, "today": 4, "limit": 10}]});
        let said = deletions(&answer, Language::Ja);
        assert!(said.contains("削除待ち 37 件") && said.contains("approve customers"), "{said}");
        assert!(deletions(&json!({"deletions": []}), Language::En).starts_with("No target"));
    }
}
